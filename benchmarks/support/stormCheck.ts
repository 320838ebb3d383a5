import { setTimeout as delay } from 'node:timers/promises';
import type { HeldByStation } from './fleetMessages.js';
import { type RunningService, sendPatiently } from './service.js';
import { inBatches } from './site.js';
import type { StormSite } from './stormScene.js';

// After a storm: do the stations hold what the service believes, and exactly that?

interface SiteState {
  readonly protection: { readonly status: string };
  readonly stations: readonly {
    readonly id: string;
    readonly online: boolean;
    readonly control: string;
    readonly failsafe: { readonly confirmed: boolean };
    readonly evses: readonly { readonly limitA: number; readonly transaction: { transactionId: number } | null }[];
  }[];
}

interface StationProfiles {
  readonly slots: readonly {
    readonly slot: string;
    readonly candidates: readonly { readonly status: string }[];
  }[];
}

const SAME_A = 0.051;
/** Composite schedules that found nothing are asked for again after a while. */
const CONFIRMED_WITHIN_MS = 90_000;
const LOOK_EVERY_MS = 1_000;

/** Throws where, for long, a station holds anything else than the service told it last, or the service is not sure of it. Answers what they hold. */
export async function checkHeld(
  service: RunningService,
  sites: readonly StormSite[],
  held: () => Promise<ReadonlyMap<string, HeldByStation>>,
): Promise<ReadonlyMap<string, HeldByStation>> {
  const endMs = performance.now() + CONFIRMED_WITHIN_MS;
  for (;;) {
    const stations = await held();
    const found = await differenceOf(service, sites, stations);
    if (found === undefined) {
      await profilesConfirmed(service, [...stations.keys()]);
      return stations;
    }
    if (performance.now() > endMs) throw new Error(found);
    await delay(LOOK_EVERY_MS);
  }
}

async function differenceOf(
  service: RunningService,
  sites: readonly StormSite[],
  held: ReadonlyMap<string, HeldByStation>,
): Promise<string | undefined> {
  for (const { siteId } of sites) {
    const state = JSON.parse(await sendPatiently(service, 'GET', `/v1/sites/${siteId}/state`)) as SiteState;
    if (state.protection.status !== 'protected') return `${siteId} is ${state.protection.status}`;
    for (const { id, online, control, failsafe, evses } of state.stations) {
      const known = held.get(id);
      const [evse] = evses;
      const isSame =
        known !== undefined &&
        evse !== undefined &&
        Math.abs(known.limitA - evse.limitA) < SAME_A &&
        known.transactionId === evse.transaction?.transactionId;
      if (isSame && known.held.length === 2 && online && control === 'controlled' && failsafe.confirmed) continue;
      const said = JSON.stringify({ online, control, failsafe, evse });
      return `${id} holds ${JSON.stringify(known)}, and the service says ${said}`;
    }
  }
  return undefined;
}

async function profilesConfirmed(service: RunningService, stationIds: readonly string[]): Promise<void> {
  const endMs = performance.now() + CONFIRMED_WITHIN_MS;
  let open = stationIds;
  for (;;) {
    const unconfirmed: string[] = [];
    await inBatches(open, async (id) => {
      const { slots } = JSON.parse(
        await sendPatiently(service, 'GET', `/v1/stations/${id}/profiles`),
      ) as StationProfiles;
      if (slots.length !== 2 || slots.some(({ candidates }) => candidates.at(-1)?.status !== 'confirmed'))
        unconfirmed.push(id);
    });
    open = unconfirmed;
    if (open.length === 0) return;
    if (performance.now() > endMs)
      throw new Error(`the profiles of ${open.length} stations are not confirmed: ${open[0]}`);
    await delay(LOOK_EVERY_MS);
  }
}
