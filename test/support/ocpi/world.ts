import { expect } from 'vitest';
import { until } from '../../e2e/support/until.js';
import { MemoryDocuments } from '../memoryDocuments.js';
import { allowedA, OcpiCpo } from './cpo.js';
import { evsesOf, OcpiRig, SITE_ID, sessionAt, siteOf } from './rig.js';

type Json = Readonly<Record<string, unknown>>;

export const LIMIT_A = 32;
export const DEFAULT_A = 6;
const NEAR_A = 0.2;

interface State {
  readonly site: unknown;
  readonly circuits: readonly Json[];
  readonly stations: readonly { readonly evses: readonly Json[] }[];
}

/** A fuse of 32 A, and two outlets of an operator that could each draw as much, and fall to 6 A without a session's profile. */
export class OcpiWorld {
  readonly rig: OcpiRig;
  readonly cpo: OcpiCpo;
  /** The most that was ever allowed at once. */
  mostA = 0;
  /** By EVSE's number: what its session is called. */
  private readonly ids = new Map<number, string>();

  static async begin({ stationDefault = 'failsafe', documents = new MemoryDocuments() } = {}): Promise<OcpiWorld> {
    const rig = await OcpiRig.start(documents);
    let world: OcpiWorld | undefined;
    const cpo = await OcpiCpo.start({ onProfile: () => world?.look() });
    world = new OcpiWorld(rig, cpo);
    const peer = {
      versionsUrl: cpo.versionsUrl,
      countryCode: 'SE',
      partyId: 'EVK',
      stationDefault,
      stations: evsesOf(),
    };
    const put = (await rig.api.put('/v1/ocpi/peers/cpo', { ...peer, tokenA: cpo.tokenA })) as Json;
    if (put.status !== 'registered') throw new Error(`not registered: ${String(put.problem)}`);
    await rig.api.put(`/v1/sites/${SITE_ID}`, siteOf('cpo', { limitA: LIMIT_A, failsafeA: DEFAULT_A }));
    return world;
  }

  private constructor(rig: OcpiRig, cpo: OcpiCpo) {
    this.rig = rig;
    this.cpo = cpo;
  }

  async end(): Promise<void> {
    await this.cpo.stop();
    await this.rig.stop();
  }

  /** What its outlet may draw by what its operator holds. */
  heldA(k: number): number {
    const id = this.ids.get(k);
    const allowed = id === undefined ? 'none' : allowedA(this.cpo.profiles.get(id), Date.now());
    return allowed === 'none' ? DEFAULT_A : allowed;
  }

  async plugIn(k: number, id = `session-${k + 1}`, more: object = {}): Promise<void> {
    this.ids.set(k, id);
    const put = await this.cpo.putSession(sessionAt(k, id, more));
    expect(put.body, JSON.stringify(put.body)).toMatchObject({ status_code: 1000 });
  }

  async leave(k: number, kwh: number): Promise<void> {
    const now = new Date().toISOString();
    const done = { status: 'COMPLETED', kwh, end_date_time: now, last_updated: now };
    await this.cpo.patchSession(this.ids.get(k) ?? '', done);
    this.ids.delete(k);
  }

  async untilHeld(wanted: readonly number[]): Promise<void> {
    const isHeld = () => wanted.every((currentA, k) => Math.abs(this.heldA(k) - currentA) < NEAR_A);
    const asked = () => this.cpo.received.slice(-6).map(({ method, path, body }) => [method, path, body]);
    await until(isHeld, `${wanted.join(' and ')} A are held`, {
      atMostMs: 25_000,
      otherwise: () => [this.heldA(0), this.heldA(1), JSON.stringify(asked()), ...this.rig.log.slice(-8)].join('\n'),
    });
  }

  /** Each was told something, and together they have more than what they fall to. */
  async untilBothHave(): Promise<void> {
    const isSo = () => this.cpo.profiles.size === 2 && this.heldA(0) + this.heldA(1) > 2 * DEFAULT_A + NEAR_A;
    await until(isSo, 'both have what there is', {
      atMostMs: 25_000,
      otherwise: () => this.rig.log.slice(-8).join('\n'),
    });
  }

  async state(): Promise<State> {
    return (await this.rig.api.get(`/v1/sites/${SITE_ID}/state`)) as State;
  }

  async sessions(): Promise<readonly Json[]> {
    return ((await this.rig.api.get(`/v1/sites/${SITE_ID}/sessions`)) as { sessions: readonly Json[] }).sessions;
  }

  private look(): void {
    this.mostA = Math.max(this.mostA, this.heldA(0) + this.heldA(1));
  }
}
