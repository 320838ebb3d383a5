import { useState } from 'preact/hooks';
import { billApi, type SessionRecord } from '../../api/bill.js';
import type { DaySpan } from '../../model/months.js';
import { useSite } from '../../shell/context.js';
import { viewSpeech } from '../../words/views/words.js';
import { EmptyPart, FailedPart, LoadingPart } from '../parts/States.js';
import { useDocument } from '../parts/useDocument.js';
import { DownloadButton } from './DownloadButton.js';

const FIRST_SHOWN = 30;

/** Each car that charged in the month: what it took, what it cost, and what that saved. */
export function BilledCars({
  siteId,
  month,
  days,
}: {
  readonly siteId: string;
  readonly month: string;
  readonly days: readonly DaySpan[];
}) {
  const { screen } = useSite();
  const speech = viewSpeech(screen.speech.value);
  const { say, numbers, clock } = speech;
  const span = { fromMs: days[0]?.fromMs ?? 0, toMs: days.at(-1)?.toMs ?? 1 };
  const { asked, again } = useDocument(`${siteId} ${month}`, () => billApi.sessions(siteId, span));
  const [showsAll, setShowsAll] = useState(false);
  const nowMs = screen.tickMs.value;
  const sessions = asked.kind === 'there' ? [...asked.value].reverse() : [];
  const money = (amount: number | null, { currency }: SessionRecord) =>
    amount === null || currency === null ? say('missing') : numbers.money(amount, currency);
  const savedOf = (one: SessionRecord) =>
    one.cost === null || one.uncontrolledCost === null ? null : one.uncontrolledCost - one.cost;
  return (
    <section class="card block" aria-labelledby="billed-title">
      <header>
        <h2 id="billed-title">{say('bill.carsTitle')}</h2>
        {sessions.length > 0 && (
          <DownloadButton
            fileName={`${siteId}-cars-${month}.csv`}
            label={say('bill.carsCsv')}
            load={() => billApi.sessionsCsv(siteId, span)}
            speech={speech}
          />
        )}
      </header>
      {asked.kind === 'loading' && <LoadingPart speech={speech} rows={5} />}
      {asked.kind === 'failed' && <FailedPart failure={asked.failure} speech={speech} again={again} />}
      {asked.kind === 'there' && sessions.length === 0 && <EmptyPart title={say('empty.charged')} />}
      {sessions.length > 0 && (
        <>
          <table class="billed">
            <thead>
              <tr>
                <th scope="col">{say('cars.bay')}</th>
                <th scope="col">{say('bill.when')}</th>
                <th scope="col" class="right">
                  {say('cars.energy')}
                </th>
                <th scope="col" class="right">
                  {say('bill.costColumn')}
                </th>
                <th scope="col" class="right">
                  {say('bill.savedColumn')}
                </th>
              </tr>
            </thead>
            <tbody>
              {(showsAll ? sessions : sessions.slice(0, FIRST_SHOWN)).map((one) => (
                <tr key={one.sessionId}>
                  <th scope="row">
                    <b>{screen.names.value?.bay(one.stationId, one.evseId) ?? one.stationId}</b>
                  </th>
                  <td>
                    {`${clock.when(Date.parse(one.start), nowMs)}–${one.end === null ? say('bill.now') : clock.time(Date.parse(one.end))}`}
                  </td>
                  <td class="right number">{`${numbers.kilo(one.energyWh / 1_000)}\u00a0kWh`}</td>
                  <td class="right number">{money(one.cost, one)}</td>
                  <td class="right number">{money(savedOf(one), one)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {!showsAll && sessions.length > FIRST_SHOWN && (
            <button type="button" class="link" onClick={() => setShowsAll(true)}>
              {say('cars.showAll', { n: sessions.length })}
            </button>
          )}
        </>
      )}
    </section>
  );
}
