import type { DemandChargeComponent, MonthPeak, Tariff, Validity } from '../types.js';

/** The versions of one demand charge: components of one id. */
export interface DemandCharge {
  readonly id: string;
  readonly versions: readonly DemandChargeComponent[];
  /** Of all versions: what was measured is remembered, whichever version was in force. */
  readonly history: readonly MonthPeak[];
}

/** In the tariff's order. */
export function demandCharges({ components }: Pick<Tariff, 'components'>): DemandCharge[] {
  const byId = new Map<string, DemandChargeComponent[]>();
  for (const component of components) {
    if (component.kind !== 'demandCharge') continue;
    byId.set(component.id, [...(byId.get(component.id) ?? []), component]);
  }
  return [...byId].map(([id, versions]) => ({
    id,
    versions,
    history: versions.flatMap(({ history }) => history ?? []),
  }));
}

/**
 * The version that bills a month: the one that is valid when the month begins, so that no month is billed by two. One that becomes valid
 * later in a month bills from the next month on; one that ends within a month still bills all of it.
 */
export function versionOf(
  { versions }: DemandCharge,
  tariff: Pick<Tariff, 'validity'>,
  monthStartMs: number,
): DemandChargeComponent | undefined {
  if (!holdsAt(tariff.validity, monthStartMs)) return undefined;
  return versions.find(({ validity }) => validity === undefined || holdsAt(validity, monthStartMs));
}

function holdsAt({ fromMs, toMs }: Validity, atMs: number): boolean {
  return (fromMs === 'open' || fromMs <= atMs) && (toMs === 'open' || atMs < toMs);
}
