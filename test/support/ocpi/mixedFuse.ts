import { Car, realClock, seededRandom, Ticker, VirtualStation } from '../../../src/simulator/index.js';
import type { ServiceApi } from '../../e2e/support/serviceApi.js';
import { until } from '../../e2e/support/until.js';
import { allowedA, OcpiCpo } from './cpo.js';
import { evsesOf, sessionAt, siteOf } from './rig.js';

type Json = Readonly<Record<string, unknown>>;

/** Where a service runs that the site is put into, in one process or in several. */
export interface MixedService {
  /** Stays as it is, whatever dies. */
  readonly api: ServiceApi;
  readonly stationsUrl: string;
  readonly output: string;
}

interface Outlet {
  readonly sessionId: string;
  currentA: number;
  energyWh: number;
}

export const MIXED_SITE_ID = 'mixed';
const OUTLETS = 2;
const DIRECT = ['D1', 'D2'];
const FAILSAFE_A = 6;
const DIRECT_MAX_A = 16;
const OUTLET_MAX_A = 32;
const PASSWORD = 'the password of a station';
const TICK_MS = 100;
const SESSION_MS = 3_000;
const REACTION_MS = 500;
const VOLTAGE_V = 230;
/** Below what any step of a limit is. */
const ROUNDING_A = 0.2;
const CAR = {
  batteryWh: 80_000,
  soC: 0.1,
  phases: 3,
  currentMaxA: DIRECT_MAX_A,
  reactionS: 1,
  rampUpAPerS: 10,
} as const;

const all = (currentA: number) => ({ L1: currentA, L2: currentA, L3: currentA });

/**
 * One fuse before stations of both kinds, with the physical truth behind each: two that connect here themselves over OCPP, and two of
 * an operator that is spoken with over OCPI. What they may take together, by what each holds, is looked at all the time.
 */
export class MixedFuse {
  readonly cpo: OcpiCpo;
  /** The most that all of them were ever allowed at once, beyond what the fuse was said to carry. */
  readonly excess: string[] = [];
  private readonly service: () => MixedService;
  private readonly stations: readonly VirtualStation[];
  private readonly outlets = new Map<number, Outlet>();
  private readonly timers: NodeJS.Timeout[] = [];
  private limitA: number;

  static async start(service: () => MixedService, limitA: number): Promise<MixedFuse> {
    const cpo = await OcpiCpo.start();
    const mixed = new MixedFuse(service, cpo, limitA);
    try {
      await mixed.setUp();
    } catch (error) {
      await mixed.stop();
      throw error;
    }
    return mixed;
  }

  private constructor(service: () => MixedService, cpo: OcpiCpo, limitA: number) {
    this.service = service;
    this.cpo = cpo;
    this.limitA = limitA;
    const ticker = new Ticker(realClock, TICK_MS);
    this.stations = DIRECT.map(
      (id, n) =>
        new VirtualStation({
          stationId: id,
          url: service().stationsUrl,
          password: PASSWORD,
          evses: [{ id: 1, terminals: 3, currentMaxA: DIRECT_MAX_A }],
          meterIntervalS: 3,
          random: seededRandom(n),
          ticker,
        }),
    );
  }

  get api(): ServiceApi {
    return this.service().api;
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all(this.stations.map((station) => station.stop()));
    await this.cpo.stop();
  }

  /** Direct ones by their id, those of the operator by their number. */
  async plugIn(which: 'D1' | 'D2' | 0 | 1, sessionId = `session-${String(which)}`): Promise<void> {
    if (typeof which === 'string') {
      this.stations[DIRECT.indexOf(which)]?.plugIn(1, new Car(CAR), { idToken: `TAG-${which}` });
      return;
    }
    this.outlets.set(which, { sessionId, currentA: 0, energyWh: 0 });
    const session = sessionAt(which, sessionId);
    this.cpo.sessions = [...this.cpo.sessions.filter(({ id }) => id !== sessionId), session];
    // What is lost, as where nobody owns the site at the moment, is read from the operator's list.
    await this.cpo.putSession(session).catch(() => undefined);
  }

  async leave(which: 'D1' | 'D2' | 0 | 1): Promise<void> {
    if (typeof which === 'string') return void this.stations[DIRECT.indexOf(which)]?.unplug(1);
    const outlet = this.outlets.get(which);
    this.outlets.delete(which);
    if (outlet === undefined) return;
    const now = new Date().toISOString();
    const kwh = Math.round(outlet.energyWh) / 1_000;
    const done = { status: 'COMPLETED', kwh, end_date_time: now, last_updated: now };
    this.cpo.sessions = this.cpo.sessions.map((one) => (one.id === outlet.sessionId ? { ...one, ...done } : one));
    await this.cpo.patchSession(outlet.sessionId, done).catch(() => undefined);
  }

  /** In force from the answer on; what has to come down then has this long. */
  async lowerTo(currentA: number, withinMs: number): Promise<void> {
    const limit = { circuitId: 'grid', limitA: all(currentA), source: 'grid-operator' };
    await this.api.put(`/v1/sites/${MIXED_SITE_ID}/limits/low`, limit);
    await this.until(() => this.mayA() <= currentA + ROUNDING_A, `all together may take ${currentA} A`, withinMs);
    this.limitA = currentA;
  }

  async raiseTo(currentA: number): Promise<void> {
    this.limitA = currentA;
    await this.api.request('DELETE', `/v1/sites/${MIXED_SITE_ID}/limits/low`);
  }

  /** What one may take now, A. */
  heldA(which: 'D1' | 'D2' | 0 | 1): number {
    if (typeof which === 'string') return this.stations[DIRECT.indexOf(which)]?.offeredA(1) ?? 0;
    const outlet = this.outlets.get(which);
    if (outlet === undefined) return 0;
    const allowed = allowedA(this.cpo.profiles.get(outlet.sessionId), Date.now());
    return Math.min(OUTLET_MAX_A, allowed === 'none' ? FAILSAFE_A : allowed);
  }

  mayA(): number {
    return (['D1', 'D2', 0, 1] as const).reduce<number>((sum, which) => sum + this.heldA(which), 0);
  }

  drawnA(): number {
    const direct = this.stations.reduce((sum, station) => sum + Math.max(...station.currentA(1)), 0);
    return direct + [...this.outlets.values()].reduce((sum, { currentA }) => sum + currentA, 0);
  }

  async isProtected(): Promise<boolean> {
    const { status, body } = await this.api.request('GET', `/v1/sites/${MIXED_SITE_ID}/state`);
    return status === 200 && Object(body).site === 'protected';
  }

  until(condition: () => boolean | Promise<boolean>, what: string, atMostMs = 90_000): Promise<void> {
    return until(condition, what, { atMostMs, otherwise: () => this.story() });
  }

  /** For as long it is kept to, whatever happens meanwhile. */
  async pause(ms: number): Promise<void> {
    const endsMs = Date.now() + ms;
    await until(() => Date.now() >= endsMs, 'time goes by', { atMostMs: ms + 5_000 });
  }

  story(): string {
    const held = (['D1', 'D2', 0, 1] as const).map((which) => `${which}: ${this.heldA(which).toFixed(1)} A`);
    return [
      `${held.join(', ')} of ${this.limitA} A; ${this.drawnA().toFixed(1)} A flow`,
      ...this.excess,
      ...this.cpo.received.slice(-8).map(({ method, path, body }) => JSON.stringify([method, path, body])),
      this.service().output,
    ].join('\n');
  }

  private async setUp(): Promise<void> {
    const { api, cpo } = this;
    const as = { countryCode: 'SE', partyId: 'EVK', versionsUrl: cpo.versionsUrl };
    const put = await api.put('/v1/ocpi/peers/cpo', { ...as, tokenA: cpo.tokenA });
    if (Object(put).status !== 'registered') throw new Error(`not registered: ${JSON.stringify(put)}`);
    const site = siteOf('cpo', { limitA: this.limitA, count: OUTLETS, failsafeA: FAILSAFE_A }) as { stations: Json[] };
    const direct = DIRECT.map((id) => ({
      id,
      circuitId: 'grid',
      failsafeA: FAILSAFE_A,
      reactionS: 2,
      evses: [{ id: 1, kind: 'AC', phases: ['L1', 'L2', 'L3'], currentMinA: 6, currentMaxA: DIRECT_MAX_A }],
    }));
    await api.put(`/v1/sites/${MIXED_SITE_ID}`, { ...site, stations: [...site.stations, ...direct] });
    await api.put('/v1/ocpi/peers/cpo', { ...as, stationDefault: 'failsafe', stations: evsesOf(OUTLETS) });
    for (const id of DIRECT) await api.put(`/v1/stations/${id}/credentials`, { password: PASSWORD });
    for (const station of this.stations) station.start();
    this.timers.push(
      setInterval(() => this.tick(), TICK_MS),
      setInterval(() => void this.tellSessions(), SESSION_MS),
    );
    await this.until(() => this.isProtected(), 'the failsafes of the direct ones are confirmed', 60_000);
  }

  private tick(): void {
    for (const [k, outlet] of this.outlets) {
      const heldA = this.heldA(k as 0 | 1);
      outlet.currentA += (((heldA < FAILSAFE_A ? 0 : heldA) - outlet.currentA) * TICK_MS) / REACTION_MS;
      outlet.energyWh += (outlet.currentA * 3 * VOLTAGE_V * TICK_MS) / 3_600_000;
    }
    const mayA = this.mayA();
    if (mayA > this.limitA + ROUNDING_A) this.excess.push(`${new Date().toISOString()}: ${mayA} of ${this.limitA} A`);
  }

  private async tellSessions(): Promise<void> {
    const [nowMs, sinceMs] = [Date.now(), Date.now() - SESSION_MS];
    for (const { sessionId, energyWh, currentA } of [...this.outlets.values()]) {
      const dimensions = [{ type: 'CURRENT', volume: currentA }];
      const period = { start_date_time: new Date(sinceMs).toISOString(), dimensions };
      const kwh = Math.round(energyWh) / 1_000;
      const news = { kwh, last_updated: new Date(nowMs).toISOString(), charging_periods: [period] };
      await this.cpo.patchSession(sessionId, news).catch(() => undefined);
    }
  }
}
