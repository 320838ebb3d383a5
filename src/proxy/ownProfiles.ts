import type { ChargingProfile } from '../site/chargingProfile.js';
import type { CommandOutcome, StationCommand } from '../site/stationMessages.js';

/** Where a profile of ours lies at the station. */
export interface OwnProfile {
  readonly evseId: number;
  /** As it was decided for the site. */
  readonly profile: ChargingProfile;
  /** As it went to the station: nowhere above what the CSMS allows. */
  readonly written: ChargingProfile;
}

type ClearCommand = StationCommand & { readonly type: 'clearChargingProfile' };

/** What we have a station hold, by EVSE and purpose: of each there is one, and the newest counts. */
export class OwnProfiles {
  readonly #profiles = new Map<string, OwnProfile>();
  /** By the command that left and has not ended: what was there before it. */
  readonly #underWay = new WeakMap<StationCommand, { readonly key: string; readonly before: OwnProfile | undefined }>();

  get all(): readonly OwnProfile[] {
    return [...this.#profiles.values()];
  }

  /** Those that say what an EVSE may have: its own, and what holds for all of the station. */
  concerning(evseId: number): readonly OwnProfile[] {
    return evseId === 0 ? this.all : this.all.filter((own) => own.evseId === evseId || own.evseId === 0);
  }

  find(evseId: number, purpose: ChargingProfile['purpose']): OwnProfile | undefined {
    return this.#profiles.get(keyOf(evseId, purpose));
  }

  /** It leaves now, by this command: from here on it counts as what is there. */
  sent(own: OwnProfile, by: StationCommand): void {
    const key = keyOf(own.evseId, own.profile.purpose);
    this.#underWay.set(by, { key, before: this.#profiles.get(key) });
    this.#profiles.set(key, own);
  }

  /** What the station has surely not taken is not there; what it may have taken counts. A command that never left changes nothing. */
  settled(by: StationCommand, outcome: CommandOutcome): void {
    const { key, before } = this.#underWay.get(by) ?? {};
    this.#underWay.delete(by);
    if (key === undefined || isMaybeTaken(outcome)) return;
    if (before === undefined) this.#profiles.delete(key);
    else this.#profiles.set(key, before);
  }

  cleared({ profileId, evseId, purpose, stackLevel }: ClearCommand): void {
    for (const [key, own] of this.#profiles) {
      const { profile } = own;
      const isMeant =
        (profileId === undefined || profile.profileId === profileId) &&
        (evseId === undefined || own.evseId === evseId) &&
        (purpose === undefined || profile.purpose === purpose) &&
        (stackLevel === undefined || profile.stackLevel === stackLevel);
      if (isMeant) this.#profiles.delete(key);
    }
  }

  /** With its transaction a profile for it is gone; after a boot those of all may be. */
  transactionsOver(evseId: number | 'all'): void {
    for (const [key, own] of this.#profiles)
      if (own.profile.purpose === 'TxProfile' && (evseId === 'all' || own.evseId === evseId))
        this.#profiles.delete(key);
  }
}

function keyOf(evseId: number, purpose: ChargingProfile['purpose']): string {
  return `${evseId} ${purpose}`;
}

function isMaybeTaken(outcome: CommandOutcome): boolean {
  if (outcome.outcome === 'unknown') return true;
  return outcome.outcome === 'answered' && 'status' in outcome.response && outcome.response.status === 'Accepted';
}
