import { Duration } from 'luxon';
import { columns } from './columns.js';
import { instant, list, type Members, number, numbers, records, text } from './lenient.js';
import { LocalTime } from './localTime.js';
import { sparkline } from './planPlot.js';
import { painted, type Screen } from './screen.js';

const MINUTE_MS = 60_000;

/** A tariff as it was understood: its components, until when prices are published, and what a person should know. */
export function tariffLines(screen: Screen, tariff: Members): readonly string[] {
  const time = new LocalTime(text(tariff.timeZone, 'utc'));
  const name = text(tariff.name, '');
  const vat = typeof tariff.vatPercent === 'number' ? `, ${tariff.vatPercent} % VAT` : '';
  return [
    `${text(tariff.tariffId, '?')}${name === '' ? '' : ` "${name}"`}: ${text(tariff.currency, '?')}, ${time.zone}${vat}`,
    ...columns(screen, {
      titles: [{ title: 'component' }, { title: 'kind' }, { title: 'prices' }],
      rows: records(tariff.components).map((component) => [
        text(component.id, '?'),
        text(component.kind, '?'),
        publishedWords(component, time),
      ]),
      empty: 'It has no components.',
    }),
    ...list(tariff.warnings).map((warning) => painted(screen, 'yellow', `Note: ${text(warning, '?')}`)),
  ];
}

function publishedWords(component: Members, time: LocalTime): string {
  if (typeof component.pricePerKwh === 'number') return `${component.pricePerKwh} per kWh`;
  const runs = [...records(component.prices), ...records(component.intervals)].flatMap(readRun);
  if (runs.length === 0) return '';
  const prices = runs.flatMap((run) => run.prices);
  const fromMs = Math.min(...runs.map(({ startMs }) => startMs));
  const toMs = Math.max(...runs.map(({ endMs }) => endMs));
  const [lowest, highest] = prices.reduce(
    ([low, high], price) => [Math.min(low, price), Math.max(high, price)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  return `${prices.length}, ${time.dated(fromMs)} to ${time.dated(toMs)}, ${lowest} to ${highest} per kWh`;
}

/** Prices of one resolution, or a single one. */
function readRun(run: Members) {
  const startMs = instant(run.start);
  if (startMs === undefined) return [];
  const endMs = instant(run.end);
  if (endMs !== undefined) return [{ startMs, endMs, prices: [number(run.pricePerKwh)] }];
  const prices = numbers(run.pricesPerKwh);
  const stepMs = Duration.fromISO(text(run.resolution, '')).toMillis();
  return Number.isNaN(stepMs) || prices.length === 0
    ? []
    : [{ startMs, endMs: startMs + stepMs * prices.length, prices }];
}

/** What a kWh costs all in: a line over the whole span, and a row for each stretch of one price. */
export function priceTable(screen: Screen, document: Members, time: LocalTime): readonly string[] {
  const currency = text(document.currency, '');
  const stretches = records(document.import).flatMap((one) => {
    const [startMs, endMs] = [instant(one.start), instant(one.end)];
    if (startMs === undefined || endMs === undefined) return [];
    return [{ startMs, endMs, price: number(one.pricePerKwh), isFallback: one.source === 'fallback' }];
  });
  const [fromMs, toMs] = [stretches[0]?.startMs ?? 0, stretches.at(-1)?.endMs ?? 0];
  if (stretches.length === 0) return ['There are no prices.'];
  const prices = stretches.map(({ price }) => price);
  const [lowest, highest] = [Math.min(...prices), Math.max(...prices)];
  const cells = Math.min(screen.columns, Math.max(1, Math.round((toMs - fromMs) / (15 * MINUTE_MS))));
  const samples = Array.from({ length: cells }, (_, x) => {
    const atMs = fromMs + ((toMs - fromMs) * (x + 0.5)) / cells;
    return stretches.find(({ endMs }) => endMs > atMs)?.price ?? lowest;
  });
  const exported = records(document.export).some((one) => number(one.pricePerKwh) !== 0);
  return [
    `${text(document.tariffId, '?')}, ${time.dated(fromMs)} to ${time.dated(toMs)} (${time.zone}), ${currency}/kWh all in`,
    painted(screen, 'yellow', sparkline(samples, lowest, highest)),
    '',
    ...columns(screen, {
      titles: [{ title: 'from' }, { title: 'to' }, { title: `${currency}/kWh`, align: 'right' }, { title: '' }],
      rows: stretches.map(({ startMs, endMs, price, isFallback }) => [
        time.dated(startMs),
        time.near(endMs, startMs),
        price.toFixed(4),
        isFallback ? 'not published yet: an earlier day stands in' : '',
      ]),
      empty: '',
    }),
    ...(exported ? ['What is fed into the grid is paid for too: --json shows it.'] : []),
  ];
}
