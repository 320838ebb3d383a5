import { PRICES_MAX } from '../native/priceShapes.js';
import type { ParseOptions, ReadTariff } from '../parseOptions.js';
import { inOrder, outside, type PricedInterval, packRuns, printInstant, settle } from '../published/pricedIntervals.js';
import { checkPublishedOptions, energyPrices, publishedTariff, refuseOption } from '../published/publishedTariff.js';
import { addIssue, type Findings, noFindings, throwIssues } from '../reading/findings.js';
import { refuse } from '../reading/place.js';
import type { PriceRun, TariffComponent } from '../types.js';
import { readEvents } from './events.js';
import { type PriceClaim, type PriceType, pricesOf } from './priceClaims.js';
import { levelsOf } from './priorities.js';
import { layOutAll } from './timeline.js';

/** The component of EXPORT_PRICE. */
const EXPORT_ID = 'export';

/**
 * The prices of OpenADR 3 events (3.0.0, 3.0.1, 3.1): PRICE as the price series 'energy', EXPORT_PRICE as the export price 'export'.
 * `input`: an event, a list of events, `{ program, events }` or a notification, as JSON text or parsed. options.timeZone is needed;
 * options.nowMs where an event begins "now"; options.currency where no descriptor says it. Where events overlap, a lower `priority`
 * wins. A price without end is taken for a year. Throws InvalidTariff.
 */
export function readOpenAdr3(input: unknown, options: ParseOptions = {}): ReadTariff {
  const findings = noFindings();
  checkPublishedOptions(options, findings);
  const { timeZone } = options;
  if (timeZone === undefined) {
    refuseOption(
      findings,
      'timeZone',
      'Events do not say whose local time is meant.',
      "Give the site's, such as Europe/Stockholm.",
    );
  }
  throwIssues(findings);
  const claims = claimsIn(input, options, findings);
  throwIssues(findings);
  const currency = currencyOf(claims);
  const components = [...energyOf(claims), ...exportOf(claims)];
  throwIssues(findings);
  if (timeZone === undefined || currency === undefined)
    throw new Error('prices were refused without a reason: this is a fault of the reader');
  return {
    tariff: publishedTariff(options, { currency, timeZone, components }),
    warnings: [...findings.warnings],
  };
}

function claimsIn(input: unknown, options: ParseOptions, findings: Findings): readonly PriceClaim[] {
  const { timeZone = 'UTC' } = options;
  // Prices begin and end on whole seconds.
  const now = options.nowMs === undefined ? {} : { nowMs: Math.floor(options.nowMs / 1000) * 1000 };
  const events = readEvents(input, findings);
  const { laidOut, cancelled } = layOutAll(events, { timeZone, ...now });
  const claims: PriceClaim[] = [];
  for (const [event, timeline] of laidOut) {
    for (const claim of pricesOf(event, timeline, { ...options, ...now, most: PRICES_MAX })) claims.push(claim);
    if (claims.length <= PRICES_MAX) continue;
    refuse(event.place, {
      code: 'TARIFF_NOT_EXPRESSIBLE',
      reason: `With this event the document has more than ${PRICES_MAX} prices.`,
      fix: 'Give fewer events, or a shorter span.',
    });
    return [];
  }
  if (claims.length === 0 && findings.issues.size === 0) refuseNothing(findings, cancelled === events.length);
  return claims;
}

function refuseNothing(findings: Findings, allCancelled: boolean): void {
  addIssue(findings, allCancelled ? 'TARIFF_NOT_PUBLISHED' : 'INVALID_TARIFF', () =>
    allCancelled
      ? { reason: 'There is no event, or none that is not cancelled.', fix: 'Ask again later.' }
      : {
          reason: 'No event has a PRICE or an EXPORT_PRICE.',
          fix: 'Give events with prices; limits are loaded as grid events.',
        },
  );
}

/** Undefined where there is no price; reported where there are two. */
function currencyOf(claims: readonly PriceClaim[]): string | undefined {
  const currency = claims[0]?.currency;
  const other = claims.find((claim) => claim.currency !== currency);
  if (other === undefined) return currency;
  return refuse(other.place, {
    reason: `The price is in ${other.currency}, others are in ${currency}.`,
    fix: 'Give prices in one currency: they are not converted.',
  });
}

function energyOf(claims: readonly PriceClaim[]): TariffComponent[] {
  const prices = runsOf(claims, 'PRICE');
  return prices.length === 0 ? [] : [energyPrices(prices)];
}

function exportOf(claims: readonly PriceClaim[]): TariffComponent[] {
  const prices = runsOf(claims, 'EXPORT_PRICE');
  return prices.length === 0 ? [] : [{ kind: 'exportPrice', id: EXPORT_ID, source: { kind: 'series', prices } }];
}

/** Priority by priority: a price holds where none before it does. */
function runsOf(claims: readonly PriceClaim[], type: PriceType): PriceRun[] {
  let taken: PricedInterval[] = [];
  for (const level of levelsOf(claims.filter((claim) => claim.type === type))) {
    const { settled, conflicts } = settle(level);
    for (const [, { place, startMs }] of conflicts) {
      refuse(place, {
        code: 'TARIFF_OVERLAP',
        reason: `A second ${type} of the same priority holds from ${printInstant(startMs)} on.`,
        fix: 'Give one of the events a lower number as its priority, or correct them.',
      });
    }
    taken = inOrder(taken, outside(settled, taken, PRICES_MAX));
  }
  return packRuns(taken);
}
