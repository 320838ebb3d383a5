import type { SessionElement, SessionPriceComponent } from '../types.js';

/** What was assumed when a session was priced. */
export function sessionNotes(
  { id, elements }: SessionPriceComponent,
  { hasPauses, voltageV }: { readonly hasPauses: boolean; readonly voltageV: number },
): string[] {
  const notes: string[] = [];
  if (hasPauses)
    notes.push(`${id}: between readings of the session there are gaps; they count as time without charging.`);
  if (
    elements.some(
      ({ restrictions }) => restrictions?.currentMinA !== undefined || restrictions?.currentMaxA !== undefined,
    )
  )
    notes.push(`${id}: current is not metered; it is taken to be the power at ${voltageV} V.`);
  if (elements.some(({ restrictions }) => restrictions?.reservation !== undefined))
    notes.push(`${id}: prices of reservations are left out; the readings are of charging.`);
  return notes;
}

/** What of a session's price can't be told from the energy of a whole site. */
export function omittedNotes({ id, elements, minPrice, maxPrice }: SessionPriceComponent): string[] {
  const dimensions = ['time', 'parking', 'flat'] as const;
  const omitted = [
    ...dimensions.filter((dimension) =>
      elements.some(({ prices }) => prices.some((price) => price.dimension === dimension)),
    ),
    ...(elements.some(isByMoreThanClock) ? ['prices by power, current, energy, duration or reservation'] : []),
    ...(elements.some(({ prices }) => prices.some(isSteppedEnergy)) ? ['the rounding of energy to steps'] : []),
    ...(minPrice === undefined && maxPrice === undefined ? [] : ['the least and the most of a session']),
  ];
  return omitted.length === 0 ? [] : [`${id}: left out, for it is of single sessions: ${omitted.join(', ')}.`];
}

function isByMoreThanClock({ prices, restrictions = {} }: SessionElement): boolean {
  const { when: _when, ...others } = restrictions;
  return (
    prices.some(({ dimension }) => dimension === 'energy') && Object.values(others).some((one) => one !== undefined)
  );
}

/** A step of 1 Wh is no rounding to speak of. */
function isSteppedEnergy({ dimension, stepSize }: SessionElement['prices'][number]): boolean {
  return dimension === 'energy' && stepSize > 1;
}
