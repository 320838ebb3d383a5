import type { Picture } from '../model/picture.js';
import type { Speech } from '../model/speech.js';
import { amountText, readingAt } from './reading.js';

/** The chart's columns as rows, by the quarter of an hour at the finest: shorter ones say hardly more. */
export function PlanTable({ picture, speech }: { readonly picture: Picture; readonly speech: Speech }) {
  const { say, numbers } = speech;
  const rows = columnsShown(picture.edgesMs);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it.
    <section class="table-box" tabIndex={0} aria-label={say('plan.showTable')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{say('plan.time')}</th>
            {picture.bands.map(({ id, label }) => (
              <th key={id} scope="col" class="right">
                {label}
              </th>
            ))}
            <th scope="col" class="right">
              {say('plan.sum')}
            </th>
            {picture.limits !== undefined && (
              <th scope="col" class="right">
                {say('plan.limit')}
              </th>
            )}
            {picture.prices !== undefined && (
              <th scope="col" class="right">
                {say('plan.price')}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((column, row) => {
            const reading = readingAt(picture, column, speech);
            const total = picture.bands.reduce((sum, { values }) => sum + (values[column] ?? 0), 0);
            return (
              <tr key={column}>
                <th scope="row">{spanFrom(picture, { column, next: rows[row + 1] }, speech)}</th>
                {picture.bands.map(({ id, values }) => (
                  <td key={id} class="right number">
                    {amountText(picture, values[column] ?? 0, speech)}
                  </td>
                ))}
                <td class="right number">{amountText(picture, total, speech)}</td>
                {picture.limits !== undefined && (
                  <td class="right number">{`${numbers.amperes(picture.limits[column] ?? 0)}\u00a0A`}</td>
                )}
                {picture.prices !== undefined && <td class="right number">{reading.price ?? say('missing')}</td>}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** Until the next row begins: what is between them is not shown. */
function spanFrom(
  { edgesMs, nowMs }: Picture,
  { column, next }: { column: number; next: number | undefined },
  { clock }: Speech,
) {
  return `${clock.when(edgesMs[column] ?? 0, nowMs)}–${clock.time(edgesMs[next ?? edgesMs.length - 1] ?? 0)}`;
}

const QUARTER_MS = 900_000;

function columnsShown(edgesMs: readonly number[]): readonly number[] {
  const shown: number[] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  for (let column = 0; column < edgesMs.length - 1; column += 1) {
    const atMs = edgesMs[column] ?? 0;
    if (atMs - lastMs < QUARTER_MS) continue;
    shown.push(column);
    lastMs = atMs;
  }
  return shown;
}
