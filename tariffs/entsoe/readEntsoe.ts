import { PRICES_MAX } from '../native/priceShapes.js';
import type { ParseOptions, ReadTariff } from '../parseOptions.js';
import { inOrder, outside, type PricedInterval, packRuns, printInstant, settle } from '../published/pricedIntervals.js';
import { checkPublishedOptions, energyPrices, publishedTariff, refuseOption } from '../published/publishedTariff.js';
import { type Findings, noFindings, throwIssues } from '../reading/findings.js';
import { type Place, refuse } from '../reading/place.js';
import type { Tariff } from '../types.js';
import { AREAS } from './areas.js';
import { seriesOfAuction } from './auctions.js';
import { warnAbout } from './coverage.js';
import { FINEST_FIRST, type Resolution, readGrid, readTimeInterval } from './grids.js';
import { type CurveType, readCurveType, readPrices, type WrittenPrice } from './points.js';
import { dayAheadSeries, type Series, type Unit, unitOf } from './series.js';
import { childOf, childrenOf, readable, requiredText, textOf, xmlDocument } from './xml.js';

/**
 * Day-ahead prices as ENTSO-E's transparency platform publishes them: a Publication_MarketDocument of type A44, of any version, for one
 * area. `input`: the XML text. The zone follows from the area's code unless options.timeZone gives it. Of overlapping resolutions the
 * finest counts. Throws InvalidTariff; TARIFF_NOT_PUBLISHED where the answer is an acknowledgement, or has another auction only.
 */
export function readEntsoe(input: unknown, options: ParseOptions = {}): ReadTariff {
  const findings = noFindings();
  checkPublishedOptions(options, findings);
  throwIssues(findings);
  const root = xmlDocument(input, findings);
  const tariff = root && readRoot(root, options, findings);
  throwIssues(findings);
  if (tariff === undefined) throw new Error('prices were refused without a reason: this is a fault of the reader');
  return { tariff, warnings: [...findings.warnings] };
}

function readRoot(root: Place, options: ParseOptions, findings: Findings): Tariff | undefined {
  switch (root.key) {
    case 'Publication_MarketDocument':
      return readPublication(root, options, findings);
    case 'Acknowledgement_MarketDocument':
      return refuseAcknowledgement(root);
    default:
      return refuse(root, {
        reason: 'This is no publication of prices.',
        fix: 'Give a Publication_MarketDocument of type A44, as the transparency platform answers.',
      });
  }
}

/** The platform's answer when it has no prices: its reason is passed on. */
function refuseAcknowledgement(root: Place): undefined {
  const reasons = childrenOf(root, 'Reason').map((reason) => {
    const code = textOf(reason, 'code') ?? 'without code';
    return `${code.slice(0, 20)}: ${readable(textOf(reason, 'text') ?? '').slice(0, 300)}`;
  });
  const isMissing = reasons.some((reason) => /no matching data/i.test(reason));
  return refuse(root, {
    code: 'TARIFF_NOT_PUBLISHED',
    reason: `The market answered without prices (${reasons.slice(0, 3).join('; ') || 'it gave no reason'}).`,
    fix: isMissing
      ? 'Ask again later: results of the day-ahead market come at about 13:00 CET, and may be late.'
      : 'Mend the request as it says, and ask again.',
  });
}

function readPublication(root: Place, options: ParseOptions, findings: Findings): Tariff | undefined {
  const type = requiredText(root, 'type');
  if (type !== undefined && type !== 'A44') {
    return refuse(childOf(root, 'type') ?? root, {
      code: 'TARIFF_NOT_EXPRESSIBLE',
      reason: 'The document is of another type than A44, price document.',
      fix: 'Ask for documentType=A44.',
    });
  }
  const all = dayAheadSeries(root);
  const code = areaCode(all, root);
  if (findings.issues.size > 0) return undefined;
  const area = code === undefined ? undefined : AREAS.get(code);
  const series = seriesOfAuction(all, area, options, findings);
  const timeZone = options.timeZone ?? area?.timeZone;
  if (timeZone === undefined && series.length > 0) return refuseArea(code, findings);
  if (timeZone === undefined) return undefined;
  const priced = series.flatMap(({ place }) => readSeries(place, options) ?? []);
  const currency = oneCurrency(priced);
  const prices = finestOf(writtenPrices(priced, timeZone));
  if (findings.issues.size > 0) return undefined;
  if (prices.length === 0 || currency === undefined) {
    return refuse(root, {
      reason: 'The document has no Period with prices.',
      fix: 'Give it as the market published it.',
    });
  }
  const publication = childOf(root, 'period.timeInterval') && readTimeInterval(root, 'period.timeInterval');
  warnAbout(prices, publication, { timeZone, currency }, findings);
  return publishedTariff(options, { currency, timeZone, components: [energyPrices(packRuns(prices))] });
}

function areaCode(series: readonly Series[], root: Place): string | undefined {
  const codes = [...new Set(series.flatMap(({ area }) => area ?? []))];
  if (codes.length < 2) return codes[0];
  return refuse(root, {
    code: 'TARIFF_NOT_EXPRESSIBLE',
    reason: `The document has prices of ${codes.length} areas: ${codes.slice(0, 3).join(', ').slice(0, 80)}.`,
    fix: 'Ask for one area at a time.',
  });
}

function refuseArea(code: string | undefined, findings: Findings): undefined {
  const reason =
    code === undefined
      ? 'The document names no area, from which its time zone would follow.'
      : `The time zone of area ${code.slice(0, 80)} is not known here.`;
  return refuseOption(findings, 'timeZone', reason, 'Give options.timeZone, such as Europe/Berlin.');
}

interface PricedSeries extends Unit {
  readonly place: Place;
  readonly curveType: CurveType;
}

function readSeries(place: Place, options: ParseOptions): PricedSeries | undefined {
  const unit = unitOf(place, options);
  const curveType = readCurveType(place);
  return unit === undefined || curveType === undefined ? undefined : { place, curveType, ...unit };
}

function oneCurrency(series: readonly PricedSeries[]): string | undefined {
  const currency = series[0]?.currency;
  const other = series.find((one) => one.currency !== currency);
  if (other === undefined) return currency;
  return refuse(other.place, {
    reason: `The prices are in ${other.currency}, others are in ${currency}.`,
    fix: 'Give prices in one currency: they are not converted.',
  });
}

function writtenPrices(series: readonly PricedSeries[], timeZone: string): ReadonlyMap<Resolution, WrittenPrice[]> {
  const byResolution = new Map<Resolution, WrittenPrice[]>();
  const budget = { left: PRICES_MAX };
  for (const one of series) {
    for (const period of childrenOf(one.place, 'Period')) {
      const grid = readGrid(period, timeZone, budget);
      if (budget.left < 0) return byResolution;
      if (grid === undefined) continue;
      const prices = readPrices(period, grid, one);
      const known = byResolution.get(grid.resolution) ?? [];
      for (const price of prices) known.push(price);
      byResolution.set(grid.resolution, known);
    }
  }
  return byResolution;
}

/** Finer prices stand before coarser ones; what is published twice is taken once. Ascending and not overlapping. */
function finestOf(written: ReadonlyMap<Resolution, readonly WrittenPrice[]>): PricedInterval[] {
  let taken: PricedInterval[] = [];
  for (const resolution of FINEST_FIRST) {
    const { settled, conflicts } = settle(written.get(resolution) ?? []);
    for (const [earlier, later] of conflicts) {
      refuse(later.place, {
        code: 'TARIFF_OVERLAP',
        reason: `From ${printInstant(later.startMs)} on there are two prices: ${earlier.pricePerKwh} and ${later.pricePerKwh} per kWh.`,
        fix: 'Give one publication; options.auction chooses between auctions.',
      });
    }
    taken = inOrder(taken, outside(settled, taken, PRICES_MAX));
  }
  return taken;
}
