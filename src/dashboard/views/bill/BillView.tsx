import { useMemo } from 'preact/hooks';
import { type Bill, billApi } from '../../api/bill.js';
import type { RequestFailure } from '../../api/client.js';
import { StepFigure } from '../../charts/StepFigure.js';
import { BILL_PARTS, partsOf, peaksPicture } from '../../model/billView.js';
import { type DaySpan, daysOf, isMonth, monthAt, monthName } from '../../model/months.js';
import { useSite } from '../../shell/context.js';
import { goTo, route } from '../../shell/location.js';
import { addresses } from '../../shell/route.js';
import { type ViewSpeech, viewSpeech } from '../../words/views/words.js';
import { MonthStep } from '../parts/MonthStep.js';
import { EmptyPart, FailedPart, LoadingPart } from '../parts/States.js';
import { codeOf, useDocument } from '../parts/useDocument.js';
import { BilledCars } from './BilledCars.js';
import { DownloadButton } from './DownloadButton.js';

const KNOWN_ENOUGH = 0.995;
/** Of less the notes say it better. */
const KNOWN_LEAST = 0.01;

/** Cost, saving, what set the peak? */
export function BillView() {
  const { screen } = useSite();
  const { siteId } = screen.feed;
  const speech = viewSpeech(screen.speech.value);
  const { say, timeZone, language } = speech;
  const at = route.value;
  const wanted = 'rest' in at ? at.rest[0] : undefined;
  const latest = monthAt(screen.tickMs.value, timeZone);
  const month = isMonth(wanted) && wanted <= latest ? wanted : latest;
  const days = useMemo(() => daysOf(month, timeZone), [month, timeZone]);
  const { asked, again } = useDocument(`${siteId} ${month}`, () => billApi.bill(siteId, month));
  const bill = asked.kind === 'there' ? asked.value : undefined;
  return (
    <>
      <section class="hero view-head">
        <div>
          <h1 tabIndex={-1}>
            {bill === undefined ? say('bill.title', { m: monthName(month, language) }) : headlineOf(bill, speech)}
          </h1>
          <p>{bill !== undefined && sublineOf(bill, speech)}</p>
        </div>
        <div class="actions">
          <MonthStep
            month={month}
            latest={latest}
            onChoose={(next) => goTo(`${addresses.bill(siteId)}/${next}`, 'replace')}
            speech={speech}
          />
          {bill !== undefined && (
            <DownloadButton
              fileName={`${siteId}-bill-${month}.csv`}
              label={say('bill.csv')}
              load={() => billApi.billCsv(siteId, month)}
              speech={speech}
            />
          )}
        </div>
      </section>
      {asked.kind === 'loading' && (
        <section class="card block">
          <LoadingPart speech={speech} rows={4} />
        </section>
      )}
      {asked.kind === 'failed' && <NoBill failure={asked.failure} again={again} speech={speech} />}
      {bill !== undefined && <Parts bill={bill} speech={speech} />}
      {(bill !== undefined || asked.kind === 'failed') && (
        <>
          <Peaks siteId={siteId} days={days} bill={bill} speech={speech} />
          <BilledCars siteId={siteId} month={month} days={days} />
        </>
      )}
    </>
  );
}

function headlineOf(bill: Bill, { say, numbers, language }: ViewSpeech): string {
  const m = monthName(bill.month, language);
  if (bill.lines.length === 0 || (bill.energy.importWh ?? 0) === 0) return say('empty.charged');
  if (bill.saving >= 0.5) return say('bill.saved', { k: numbers.money(bill.saving, bill.currency), m });
  return say('bill.cost', { k: numbers.money(bill.total, bill.currency), m });
}

function sublineOf(bill: Bill, { say, numbers, clock }: ViewSpeech): string {
  const parts = [
    say('bill.total', {
      a: numbers.money(bill.total, bill.currency),
      b: numbers.money(bill.uncontrolled.total, bill.currency),
    }),
  ];
  if (!bill.complete) parts.push(say('bill.soFar', { t: clock.when(Date.parse(bill.end), Date.now()) }));
  return parts.join(' ');
}

function NoBill({
  failure,
  again,
  speech,
}: {
  readonly failure: RequestFailure;
  readonly again: () => void;
  readonly speech: ViewSpeech;
}) {
  const { say } = speech;
  const code = codeOf(failure);
  return (
    <section class="card block">
      {code === 'SITE_WITHOUT_TARIFF' ? (
        <EmptyPart title={say('empty.prices')}>
          <a href="/tariffs">{say('nav.tariffs')}</a>
        </EmptyPart>
      ) : code === 'MONTH_NOT_BEGUN' ? (
        <EmptyPart title={say('bill.notBegun')} />
      ) : (
        <FailedPart failure={failure} speech={speech} again={again} />
      )}
    </section>
  );
}

function Parts({ bill, speech }: { readonly bill: Bill; readonly speech: ViewSpeech }) {
  const { say, numbers } = speech;
  const parts = partsOf(bill);
  const kwh = (wh: number | null) => (wh === null ? say('missing') : `${numbers.short(wh / 1_000)}\u00a0kWh`);
  return (
    <section class="card block" aria-label={say('bill.parts')}>
      <dl class="figures money">
        {BILL_PARTS.map((part) => (
          <div key={part}>
            <dt>{say(`bill.${part}`)}</dt>
            <dd>{numbers.money(parts[part], bill.currency)}</dd>
            {part === 'energy' && bill.energy.importWh !== null && (
              <dd class="sub small">{kwh(bill.energy.importWh)}</dd>
            )}
          </div>
        ))}
        <div>
          <dt>{say('bill.cars')}</dt>
          <dd>{kwh(bill.energy.carsWh)}</dd>
        </div>
      </dl>
      {bill.energy.knownShare >= KNOWN_LEAST && bill.energy.knownShare < KNOWN_ENOUGH && (
        <p class="sub small">{say('bill.known', { p: numbers.short(bill.energy.knownShare * 100) })}</p>
      )}
      <details class="how">
        <summary>{say('bill.how')}</summary>
        <p>{say('bill.howText')}</p>
        {bill.notes.map((note) => (
          <p key={note} class="sub small" lang="en">
            {note}
          </p>
        ))}
        <table hidden={bill.lines.length === 0}>
          <thead>
            <tr>
              <th scope="col">{say('bill.line')}</th>
              <th scope="col" class="right">
                {say('bill.quantity')}
              </th>
              <th scope="col" class="right">
                {say('bill.amount')}
              </th>
            </tr>
          </thead>
          <tbody>
            {bill.lines.map(({ component, kind, quantity, unit, amount }) => (
              <tr key={`${component} ${kind} ${quantity}`}>
                <th scope="row">{component}</th>
                <td class="right number">{`${numbers.short(quantity)}\u00a0${unit}`}</td>
                <td class="right number">{numbers.money(amount, bill.currency)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}

function Peaks({
  siteId,
  days,
  bill,
  speech,
}: {
  readonly siteId: string;
  readonly days: readonly DaySpan[];
  readonly bill: Bill | undefined;
  readonly speech: ViewSpeech;
}) {
  const { say, numbers } = speech;
  const span = { fromMs: days[0]?.fromMs ?? 0, toMs: days.at(-1)?.toMs ?? 1 };
  const { asked, again } = useDocument(`${siteId} ${span.fromMs}`, () => billApi.days(siteId, span));
  const picture = useMemo(
    () => (asked.kind === 'there' ? peaksPicture(asked.value, days, bill, speech) : undefined),
    [asked, days, bill, speech.language],
  );
  const known = picture?.layers[0]?.values.filter((value): value is number => value !== undefined) ?? [];
  return (
    <section class="card block" aria-labelledby="peaks-title">
      <header>
        <h2 id="peaks-title">{say('bill.peaks')}</h2>
        <span class="sub small">{say('bill.peaksWhat')}</span>
      </header>
      {asked.kind === 'loading' && <LoadingPart speech={speech} rows={5} />}
      {asked.kind === 'failed' && <FailedPart failure={asked.failure} speech={speech} again={again} />}
      {picture !== undefined &&
        (known.length === 0 ? (
          <EmptyPart title={say('empty.charged')} />
        ) : (
          <>
            {bill !== undefined && bill.uncontrolled.peakQuarterW !== null && (
              <p class="sub">
                {say('bill.uncontrolledPeak', { k: numbers.short(bill.uncontrolled.peakQuarterW / 1_000) })}
              </p>
            )}
            <StepFigure
              picture={picture}
              summary={say('bill.chart', { k: numbers.short(Math.max(...known)) })}
              speech={speech}
              height={180}
              keys={[
                ...(picture.lines?.length === 0
                  ? []
                  : [{ id: 'counted', label: say('bill.countedKey'), look: 'columns' as const, tone: 'counted' }]),
                { id: 'other', label: say('bill.otherKey'), look: 'columns', tone: 'building' },
              ]}
            />
          </>
        ))}
      {bill?.peaks.length === 0 && <p class="sub small">{say('bill.noPeakCharge')}</p>}
    </section>
  );
}
