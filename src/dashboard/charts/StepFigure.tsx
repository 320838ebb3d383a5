import { useId, useMemo, useState } from 'preact/hooks';
import { isPrinting } from '../shell/print.js';
import type { ViewSpeech } from '../words/views/viewSpeech.js';
import { readingOf, type Scale, type StepLayer, type StepPicture, scaleOf } from './stepFigure.js';

const WIDTH = 1_000;
const GAP_SHARE = 0.18;
/** A tip nearer to the right edge stands on the other side. */
const TIP_TURNS_AT = 0.6;

/** Steps over time, with the same as a table; the keyboard reads it step by step. */
export function StepFigure({
  picture,
  summary,
  speech,
  height = 200,
  keys = picture.layers,
}: {
  readonly picture: StepPicture;
  /** All of it in one sentence. */
  readonly summary: string;
  readonly speech: ViewSpeech;
  readonly height?: number;
  /** What colours mean; else each layer. */
  readonly keys?: readonly Pick<StepLayer, 'id' | 'label' | 'look' | 'tone'>[];
}) {
  const { say } = speech;
  const [showsTable, setShowsTable] = useState(false);
  const scale = useMemo(() => scaleOf(picture), [picture]);
  return (
    <figure class="steps-figure">
      <figcaption class="hidden">{summary}</figcaption>
      {!showsTable && <StepPlot {...{ picture, scale, summary, speech, height }} onTable={() => setShowsTable(true)} />}
      {(showsTable || isPrinting.value) && <StepTable picture={picture} speech={speech} />}
      <div class="figure-foot">
        <div class="key">
          {keys.map(({ id, label, look, tone }) => (
            <span key={id}>
              <i class={look === 'line' || look === 'dashed' ? `stroke ${look} ${tone}` : `swatch ${tone}`} />
              {label}
            </span>
          ))}
        </div>
        <button type="button" class="link small" onClick={() => setShowsTable(!showsTable)}>
          {say(showsTable ? 'plan.showChart' : 'plan.showTable')}
        </button>
      </div>
    </figure>
  );
}

function StepPlot({
  picture,
  scale,
  summary,
  speech: { say },
  height,
  onTable,
}: {
  readonly picture: StepPicture;
  readonly scale: Scale;
  readonly summary: string;
  readonly speech: ViewSpeech;
  readonly height: number;
  readonly onTable: () => void;
}) {
  const hatchId = useId();
  const keysId = useId();
  const [at, setAt] = useState<number | undefined>(undefined);
  const { edgesMs, layers, lines = [], ticks, nowMs, hatched } = picture;
  const count = edgesMs.length - 1;
  const [fromMs, toMs] = [edgesMs[0] ?? 0, edgesMs.at(-1) ?? 1];
  const share = (atMs: number) => (atMs - fromMs) / (toMs - fromMs);
  const x = (atMs: number) => share(atMs) * WIDTH;
  const y = (value: number) => height * (1 - (value - scale.least) / (scale.most - scale.least));
  const shown = at === undefined ? undefined : Math.min(at, count - 1);
  const reading = shown === undefined ? undefined : readingOf(picture, shown);
  const spoken = reading?.text ?? summary;

  const onKey = (event: KeyboardEvent) => {
    const now = shown ?? stepAt(edgesMs, nowMs ?? fromMs);
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: (shown ?? now + 1) - 1,
      ArrowRight: shown === undefined ? now : shown + 1,
      PageUp: now - picture.pageSteps,
      PageDown: now + picture.pageSteps,
      Home: 0,
      End: count - 1,
    };
    const next = moves[event.key];
    if (event.key === 't' || event.key === 'T') onTable();
    else if (event.key === 'Escape') setAt(undefined);
    else if (next !== undefined) setAt(Math.max(0, Math.min(count - 1, next)));
    else return;
    event.preventDefault();
  };
  const onPointer = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    const box = event.currentTarget.getBoundingClientRect();
    const pointed = fromMs + ((event.clientX - box.left) / box.width) * (toMs - fromMs);
    setAt(stepAt(edgesMs, pointed));
  };

  return (
    <div class="steps-box">
      <div class="steps-y" aria-hidden="true" style={{ height: `${height}px` }}>
        {scale.steps.map((value) => (
          <span key={value} style={{ top: `${y(value)}px` }}>
            {picture.valueText(value)}
          </span>
        ))}
      </div>
      <div
        class="steps-plot"
        role="slider"
        tabIndex={0}
        aria-label={summary}
        aria-describedby={keysId}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, count - 1)}
        aria-valuenow={shown ?? 0}
        aria-valuetext={spoken}
        style={{ height: `${height}px` }}
        onKeyDown={onKey}
        onPointerMove={onPointer}
        onPointerDown={onPointer}
        onPointerLeave={() => setAt(undefined)}
        onBlur={() => setAt(undefined)}
      >
        <svg viewBox={`0 0 ${WIDTH} ${height}`} preserveAspectRatio="none" aria-hidden="true">
          <defs>
            <pattern id={hatchId} width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <rect width="2" height="7" class="hatch" />
            </pattern>
          </defs>
          {scale.steps.map((value) => (
            <path key={value} class={value === 0 ? 'foot' : 'rule'} d={`M0 ${y(value)}H${WIDTH}`} />
          ))}
          {layers.map((layer) => (
            <Layer key={layer.id} {...{ layer, edgesMs, x, y, foot: y(Math.max(0, scale.least)) }} />
          ))}
          {hatched?.map(
            (is, step) =>
              is && (
                <rect
                  key={edgesMs[step]}
                  x={x(edgesMs[step] ?? 0)}
                  y={0}
                  width={Math.max(2, x(edgesMs[step + 1] ?? 0) - x(edgesMs[step] ?? 0))}
                  height={height}
                  fill={`url(#${hatchId})`}
                />
              ),
          )}
          {lines.map(({ value, label, isDashed }) => (
            <path key={label} class={isDashed ? 'across dashed' : 'across'} d={`M0 ${y(value)}H${WIDTH}`} />
          ))}
          {nowMs !== undefined && nowMs > fromMs && nowMs < toMs && <path class="now" d={`M${x(nowMs)} 0V${height}`} />}
          {shown !== undefined && (
            <rect
              class="pointed"
              x={x(edgesMs[shown] ?? 0)}
              width={Math.max(1.5, x(edgesMs[shown + 1] ?? 0) - x(edgesMs[shown] ?? 0))}
              y={0}
              height={height}
            />
          )}
        </svg>
        {lines.map(({ value, label }) => (
          <span key={label} class="steps-label" style={{ top: `${y(value)}px` }}>
            {label}
          </span>
        ))}
        {reading !== undefined && shown !== undefined && (
          <Tip reading={reading} share={share(((edgesMs[shown] ?? 0) + (edgesMs[shown + 1] ?? 0)) / 2)} />
        )}
      </div>
      <div class="steps-x" aria-hidden="true">
        {ticks.map(({ atMs, label }, place) => (
          <span key={atMs} class={place % 2 === 1 ? 'minor' : ''} style={{ left: `${share(atMs) * 100}%` }}>
            {label}
          </span>
        ))}
      </div>
      <span id={keysId} class="hidden">
        {say('plan.keys')}
      </span>
    </div>
  );
}

function Tip({ reading, share }: { readonly reading: ReturnType<typeof readingOf>; readonly share: number }) {
  const isLeft = share > TIP_TURNS_AT;
  return (
    <div
      class={isLeft ? 'tip left' : 'tip'}
      aria-hidden="true"
      style={isLeft ? { right: `calc(${(1 - share) * 100}% + 12px)` } : { left: `calc(${share * 100}% + 12px)` }}
    >
      <b>{reading.span}</b>
      {reading.rows.map(({ id, label, tone, value }) => (
        <div key={id}>
          <span>
            <i class={`swatch ${tone}`} />
            {label}
          </span>
          <span class="number">{value}</span>
        </div>
      ))}
      {reading.note !== undefined && <div class="sum">{reading.note}</div>}
    </div>
  );
}

function Layer({
  layer: { look, tone, tones, values },
  edgesMs,
  x,
  y,
  foot,
}: {
  readonly layer: StepLayer;
  readonly edgesMs: readonly number[];
  readonly x: (atMs: number) => number;
  readonly y: (value: number) => number;
  readonly foot: number;
}) {
  const edge = (step: number) => x(edgesMs[step] ?? 0);
  if (look === 'line' || look === 'dashed') {
    return <path class={`edge ${look} ${tone}`} d={edgePath(values, edge, y)} />;
  }
  if (look === 'fill' && tones === undefined) {
    return (
      <g>
        <path class={`area ${tone}`} d={areaPath(values, edge, y, foot)} />
        <path class={`edge ${tone}`} d={edgePath(values, edge, y)} />
      </g>
    );
  }
  const gap = look === 'columns' ? GAP_SHARE : 0;
  return (
    <g>
      {values.map((value, step) => {
        if (value === undefined) return null;
        const width = edge(step + 1) - edge(step);
        return (
          <rect
            key={edgesMs[step]}
            class={`area ${tones?.[step] ?? tone}`}
            x={edge(step) + (width * gap) / 2}
            // Without a gap neighbours overlap by a hair: else a light line shows between them.
            width={width * (1 - gap) + (gap === 0 ? 0.4 : 0)}
            y={Math.min(y(value), foot)}
            height={Math.abs(y(value) - foot)}
          />
        );
      })}
      {look === 'fill' && <path class={`edge ${tone}`} d={edgePath(values, edge, y)} />}
    </g>
  );
}

/** Down to the foot wherever there is no value. */
function areaPath(
  values: readonly (number | undefined)[],
  edge: (step: number) => number,
  y: (value: number) => number,
  foot: number,
): string {
  const steps = values.map((value, step) => `V${value === undefined ? foot : y(value)}H${edge(step + 1)}`);
  return `M${edge(0)} ${foot}${steps.join('')}V${foot}Z`;
}

/** Broken where there is no value. */
function edgePath(
  values: readonly (number | undefined)[],
  edge: (step: number) => number,
  y: (value: number) => number,
): string {
  const parts: string[] = [];
  values.forEach((value, step) => {
    if (value === undefined) return;
    const begins = step === 0 || values[step - 1] === undefined;
    parts.push(begins ? `M${edge(step)} ${y(value)}` : `V${y(value)}`, `H${edge(step + 1)}`);
  });
  return parts.join('');
}

function stepAt(edgesMs: readonly number[], atMs: number): number {
  const found = edgesMs.findIndex((edgeMs, step) => edgeMs <= atMs && atMs < (edgesMs[step + 1] ?? edgeMs));
  if (found >= 0) return found;
  return atMs < (edgesMs[0] ?? 0) ? 0 : Math.max(0, edgesMs.length - 2);
}

function StepTable({ picture, speech: { say } }: { readonly picture: StepPicture; readonly speech: ViewSpeech }) {
  const steps = picture.edgesMs.slice(0, -1);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it.
    <section class="table-box" tabIndex={0} aria-label={say('plan.showTable')}>
      <table>
        <thead>
          <tr>
            <th scope="col">{say('plan.time')}</th>
            {picture.layers.map(({ id, label }) => (
              <th key={id} scope="col" class="right">
                {`${label}, ${picture.unit}`}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {steps.map((edgeMs, step) => (
            <tr key={edgeMs}>
              <th scope="row">{picture.spanText(step)}</th>
              {picture.layers.map(({ id, values }) => {
                const value = values[step];
                return (
                  <td key={id} class="right number">
                    {value === undefined ? say('missing') : picture.valueText(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
