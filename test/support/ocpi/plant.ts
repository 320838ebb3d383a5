import { MemoryDocuments } from '../memoryDocuments.js';
import { MemoryStore } from '../memoryStore.js';
import { allowedA, OcpiCpo } from './cpo.js';
import { evsesOf, OcpiRig, SITE_ID, sessionAt, siteOf } from './rig.js';

type Json = Readonly<Record<string, unknown>>;

interface Outlet {
  readonly sessionId: string;
  currentA: number;
  energyWh: number;
}

export interface ExcessOfPlant {
  readonly atMs: number;
  readonly durationMs: number;
  readonly mostA: number;
}

const TICK_MS = 100;
const METER_MS = 1_000;
/** An operator that sends meter values of each session so often. */
const SESSION_MS = 3_000;
const CAR_MAX_A = 32;
const REACTION_MS = 500;
const VOLTAGE_V = 230;

/** The physical truth behind an operator: cars that follow what it holds, a building beside them, one fuse, and its meter. */
export class OcpiPlant {
  readonly cpo: OcpiCpo;
  readonly excess: ExcessOfPlant[] = [];
  private rig: OcpiRig;
  private readonly outlets = new Map<number, Outlet>();
  private readonly ended = new Map<number, number>();
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly defaultA: number;
  private readonly stored: { readonly documents: MemoryDocuments; readonly store: MemoryStore };
  private limitA: number;
  private besideA = 10;
  private over: { sinceMs: number; mostA: number } | undefined;

  static async start(options: {
    readonly count: number;
    readonly limitA: number;
    readonly defaultA: number;
  }): Promise<OcpiPlant> {
    const { count, limitA, defaultA } = options;
    const stored = { documents: new MemoryDocuments(), store: new MemoryStore() };
    const rig = await OcpiRig.start(stored.documents, stored.store);
    const cpo = await OcpiCpo.start();
    const site = siteOf('cpo', { limitA, count, failsafeA: defaultA }) as { circuits: Json[] };
    const circuits = site.circuits.map((circuit) => ({ ...circuit, baseLoadMaxA: { L1: 40, L2: 40, L3: 40 } }));
    const peer = { versionsUrl: cpo.versionsUrl, tokenA: cpo.tokenA, countryCode: 'SE', partyId: 'EVK' };
    await rig.api.put('/v1/ocpi/peers/cpo', { ...peer, stationDefault: 'failsafe', stations: evsesOf(count) });
    await rig.api.put(`/v1/sites/${SITE_ID}`, { ...site, circuits });
    const plant = new OcpiPlant({ rig, cpo, stored, limitA, defaultA });
    // Its meter was there before any car: of currents without a phase nobody could tell later which part is the building's.
    await plant.meter();
    return plant;
  }

  private constructor(parts: {
    rig: OcpiRig;
    cpo: OcpiCpo;
    stored: OcpiPlant['stored'];
    limitA: number;
    defaultA: number;
  }) {
    this.rig = parts.rig;
    this.cpo = parts.cpo;
    this.stored = parts.stored;
    this.limitA = parts.limitA;
    this.defaultA = parts.defaultA;
    this.timers.push(
      setInterval(() => this.tick(), TICK_MS),
      setInterval(() => void this.meter(), METER_MS),
      setInterval(() => void this.tellSessions(), SESSION_MS),
    );
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.cpo.stop();
    await this.rig.stop();
  }

  async plugIn(k: number): Promise<void> {
    const outlet = { sessionId: `session-${k}`, currentA: 0, energyWh: 0 };
    this.outlets.set(k, outlet);
    const session = sessionAt(k, outlet.sessionId);
    // As an operator's own list of them has it.
    this.cpo.sessions = [...this.cpo.sessions, session];
    await this.cpo.putSession(session);
  }

  async leave(k: number): Promise<void> {
    const outlet = this.outlets.get(k);
    this.outlets.delete(k);
    if (outlet === undefined) return;
    this.ended.set(k, outlet.energyWh);
    const now = new Date().toISOString();
    const done = {
      status: 'COMPLETED',
      kwh: Math.round(outlet.energyWh) / 1_000,
      end_date_time: now,
      last_updated: now,
    };
    this.cpo.sessions = this.cpo.sessions.map((one) => (one.id === outlet.sessionId ? { ...one, ...done } : one));
    // The service may be away: it reads the operator's list then.
    await this.cpo.patchSession(outlet.sessionId, done).catch(() => undefined);
  }

  /** Whole, as it was told. */
  energyWh(k: number): number {
    return Math.round(this.ended.get(k) ?? 0);
  }

  async buildingA(currentA: number): Promise<void> {
    this.besideA = currentA;
    await this.meter();
    await this.meter();
  }

  async lowerTo(currentA: number, forMs: number): Promise<void> {
    const before = this.limitA;
    const [from, to] = [Date.now(), Date.now() + forMs].map((ms) => new Date(ms).toISOString());
    const limitA = { L1: currentA, L2: currentA, L3: currentA };
    await this.rig.api.put(`/v1/sites/${SITE_ID}/limits/low`, {
      circuitId: 'grid',
      limitA,
      from,
      to,
      source: 'grid-operator',
    });
    this.limitA = currentA;
    this.timers.push(setTimeout(() => (this.limitA = before), forMs));
  }

  /** Nothing of the service runs on; then it is there again, at another address, with what was stored. */
  async crash(meanwhile: () => Promise<void>): Promise<void> {
    await this.rig.crash();
    await meanwhile();
    this.rig = await OcpiRig.start(this.stored.documents, this.stored.store);
    this.cpo.moved(this.rig.url);
  }

  carsA(): number {
    return [...this.outlets.values()].reduce((sum, { currentA }) => sum + currentA, 0);
  }

  totalA(): number {
    return this.carsA() + this.besideA;
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.timers.push(setTimeout(resolve, ms)));
  }

  async state(): Promise<{ readonly site: unknown }> {
    return (await this.rig.api.get(`/v1/sites/${SITE_ID}/state`)) as { site: unknown };
  }

  async sessions(): Promise<readonly Json[]> {
    return ((await this.rig.api.get(`/v1/sites/${SITE_ID}/sessions`)) as { sessions: readonly Json[] }).sessions;
  }

  story(): string {
    const cars = [...this.outlets].map(([k, { currentA }]) => `${k}: ${currentA.toFixed(1)} A`);
    return [
      `${this.totalA().toFixed(1)} of ${this.limitA} A`,
      ...cars,
      JSON.stringify(this.excess),
      ...this.rig.log.filter((line) => !line.includes('request answered')).slice(-25),
    ].join('\n');
  }

  private tick(): void {
    const nowMs = Date.now();
    for (const outlet of this.outlets.values()) {
      const allowed = allowedA(this.cpo.profiles.get(outlet.sessionId), nowMs);
      const offeredA = Math.min(CAR_MAX_A, allowed === 'none' ? this.defaultA : allowed);
      const wantedA = offeredA < 6 ? 0 : offeredA;
      outlet.currentA += ((wantedA - outlet.currentA) * TICK_MS) / REACTION_MS;
      outlet.energyWh += (outlet.currentA * 3 * VOLTAGE_V * TICK_MS) / 3_600_000;
    }
    const totalA = this.totalA();
    if (totalA > this.limitA + 0.5) {
      this.over = { sinceMs: this.over?.sinceMs ?? nowMs, mostA: Math.max(totalA, this.over?.mostA ?? 0) };
    } else if (this.over !== undefined) {
      this.excess.push({ atMs: this.over.sinceMs, durationMs: nowMs - this.over.sinceMs, mostA: this.over.mostA });
      this.over = undefined;
    }
  }

  private async meter(): Promise<void> {
    const currentA = { L1: this.totalA(), L2: this.totalA(), L3: this.totalA() };
    const reading = { circuitId: 'grid', timestamp: new Date().toISOString(), currentA };
    await this.rig.api.request('POST', `/v1/sites/${SITE_ID}/meter-values`, reading).catch(() => undefined);
  }

  private async tellSessions(): Promise<void> {
    const [nowMs, sinceMs] = [Date.now(), Date.now() - SESSION_MS];
    for (const { sessionId, energyWh, currentA } of [...this.outlets.values()]) {
      const dimensions = [{ type: 'CURRENT', volume: currentA }];
      const period = { start_date_time: new Date(sinceMs).toISOString(), dimensions };
      const news = {
        kwh: Math.round(energyWh) / 1_000,
        last_updated: new Date(nowMs).toISOString(),
        charging_periods: [period],
      };
      await this.cpo.patchSession(sessionId, news).catch(() => undefined);
    }
  }
}
