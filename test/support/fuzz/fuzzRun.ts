import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SiteState } from '../../../src/api/state/document.js';
import { Car, seededRandom, Ticker, VirtualStation } from '../../../src/simulator/index.js';
import { until } from '../../e2e/support/until.js';
import { Attacker } from './attacker.js';
import { type ChargingTruth, excessesOf, flawsOf, summaryOf } from './checks.js';
import { FUZZ_VERSIONS, type FuzzVersion } from './corpus.js';
import { ExcessWatch } from './excessWatch.js';
import { FuzzedService, type Sabotage, type Usage } from './fuzzedService.js';
import { FUZZ_STATIONS, type FuzzRole, type FuzzStation, passwordOf } from './fuzzSite.js';
import { PoliteStation } from './politeStation.js';
import { Stalls } from './stalls.js';

/** A station that does all it should waits no longer than this for an answer, whatever the others do. */
const ANSWER_AT_MOST_MS = 3_000;
/** What the service may have in use more at the end than after the warm-up, with all attackers gone. */
const HEAP_GROWTH_MAX_BYTES = 32 * 1024 * 1024;
/** Calls that were under way have timed out by then, and sockets that were half closed are gone. */
const QUIET_AT_MOST_MS = 40_000;
/** The site's own timers come and go; those of pending calls would be more. */
const TIMERS_MORE_MAX = 6;
const LOOK_EVERY_MS = 150;
const SETTLE_AT_MOST_MS = 40_000;
const USAGE_EVERY_MS = 30_000;
const FRAMES_SHOWN = 10;
/** What it says as it dies comes before its end. */
const LAST_WORDS_MS = 300;
const SUMMARIES_KEPT = 12;

export interface FuzzOptions {
  readonly seed: number;
  readonly durationMs: number;
  /** How to run it again, but for the seed. */
  readonly command: string;
  /** When memory is first measured. */
  readonly warmUpMs: number;
  /** For the tests of the checks: the service breaks, a station lies, or what is read is tampered with. */
  readonly sabotage?: Sabotage;
  readonly saysYes?: boolean;
  readonly tamper?: (state: SiteState) => SiteState;
}

export interface FuzzFigures {
  readonly seed: number;
  readonly seconds: number;
  readonly framesByVersion: Readonly<Record<FuzzVersion, number>>;
  readonly connections: number;
  readonly looks: number;
  /** Looks that the service refused because it, or the machine, had too much to do. */
  readonly busyLooks: number;
  /** How long after a station turned out to be unreliable an excess was last seen: as counted, and by what was held. */
  readonly excessMaxMs: { readonly counted: number; readonly held: number };
  /** How often the willing attackers were seen in each state of control. */
  readonly controls: Readonly<Record<string, number>>;
  /** By type, as the service counted what it understood; and its CALLERRORs by code. */
  readonly understood: Readonly<Record<string, number>>;
  readonly refused: Readonly<Record<string, number>>;
  readonly politeAnswers: number;
  readonly politeAnswerMaxMs: number;
  readonly politeAnswerP99Ms: number;
  readonly heapMb: readonly number[];
  readonly rssMb: readonly number[];
  readonly timers: readonly number[];
  readonly socketsLeft: number;
}

/** Attacks the running service until the time is over; throws an Error that says what did not hold, and how to see it again. */
export async function fuzz(options: FuzzOptions): Promise<FuzzFigures> {
  const dataDir = await mkdtemp(join(tmpdir(), 'evenkeel-fuzz-'));
  let run: FuzzRun | undefined;
  try {
    run = new FuzzRun(options, await FuzzedService.start(dataDir, options.sabotage));
    return await run.carryOut();
  } finally {
    await run?.end();
    await rm(dataDir, { recursive: true, force: true });
  }
}

class FuzzRun {
  readonly #options: FuzzOptions;
  readonly #service: FuzzedService;
  readonly #stalls = new Stalls();
  readonly #polite: readonly PoliteStation[];
  readonly #charging: ReadonlyMap<string, VirtualStation>;
  readonly #attackers: readonly Attacker[];
  readonly #usages: Usage[] = [];
  #before: SiteState | undefined;
  readonly #excess = new ExcessWatch(this.#stalls);
  readonly #controls: Record<string, number> = {};
  readonly #summaries: string[] = [];
  #looks = 0;
  #busyLooks = 0;
  #failure: string | undefined;

  constructor(options: FuzzOptions, service: FuzzedService) {
    this.#options = options;
    this.#service = service;
    const { port, stationsUrl } = service.process;
    const ticker = new Ticker();
    const random = seededRandom(options.seed);
    const stalls = this.#stalls;
    this.#polite = having('polite').map(
      (place) => new PoliteStation({ ...place, stationId: place.id, password: passwordOf(place), port, stalls }),
    );
    this.#charging = new Map(
      having('charging').map((place) => [
        place.id,
        new VirtualStation({
          stationId: place.id,
          ocppVersion: place.version,
          url: stationsUrl,
          password: passwordOf(place),
          evses: [{ id: 1, terminals: 3, currentMaxA: 32 }],
          meterIntervalS: 1,
          ticker,
          random,
        }),
      ]),
    );
    this.#attackers = [...having('unwilling'), ...having('willing')].map(
      (place, n) =>
        new Attacker({
          version: place.version,
          stationId: place.id,
          password: passwordOf(place),
          port,
          seed: options.seed * 1_000 + n,
          isWilling: place.role === 'willing',
          ...(options.saysYes === true && { saysYes: true }),
        }),
    );
  }

  async carryOut(): Promise<FuzzFigures> {
    const idle = await this.#service.usage();
    await this.#settle();
    const startedMs = Date.now();
    const endMs = startedMs + this.#options.durationMs;
    const isOver = (): boolean => Date.now() >= endMs || this.#failure !== undefined;
    if (this.#options.sabotage !== undefined) this.#service.process.signal('SIGURG');
    const attacks = this.#attackers.map((attacker) =>
      attacker.attackUntil(isOver).catch((error: unknown) => {
        this.#failure ??= `the fuzzer itself failed: ${error instanceof Error ? error.stack : String(error)}`;
      }),
    );
    await Promise.all([...attacks, this.#watch(isOver), this.#measure(isOver, startedMs)]);
    this.#throwIfFailed();
    const seconds = (Date.now() - startedMs) / 1000;
    const [understood, refused] = [
      await this.#service.counts('evenkeel_station_requests_total', 'type'),
      await this.#service.counts('evenkeel_callerrors_sent_total', 'code'),
    ];
    await this.#judgeEnd(idle);
    this.#throwIfFailed();
    return { ...this.#figures(seconds), understood, refused };
  }

  async end(): Promise<void> {
    this.#stalls.stop();
    for (const attacker of this.#attackers) attacker.end();
    for (const station of this.#polite) station.end();
    await Promise.all([...this.#charging.values()].map((station) => station.stop()));
    await this.#service.process.kill();
  }

  /** Until those that do what they should are steered, and their cars charge. */
  async #settle(): Promise<void> {
    for (const station of this.#charging.values()) station.start();
    await Promise.all(this.#polite.map((station) => station.start()));
    for (const [id, station] of this.#charging) {
      await until(() => station.isOnline, `${id} is online`, { atMostMs: SETTLE_AT_MOST_MS });
    }
    const car = { batteryWh: 90_000, soC: 0.1, phases: 3, currentMaxA: 32 } as const;
    for (const station of this.#charging.values()) station.plugIn(1, new Car(car), { idToken: 'TAG' });
    let flaws: readonly string[] = [];
    const isSettled = async (): Promise<boolean> => {
      const state = await this.#service.state();
      if (state === 'busy') return false;
      flaws = [...flawsOf({ state, before: undefined, charging: this.#truths() }), ...excessesOf(state)];
      return flaws.length === 0;
    };
    await until(isSettled, 'the site is settled before it is attacked', {
      atMostMs: SETTLE_AT_MOST_MS,
      otherwise: () => flaws.join('; '),
    });
  }

  async #watch(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      try {
        await this.#look();
      } catch (error) {
        this.#failure ??= (await this.#deathOrLog()) ?? `the service could not be asked: ${String(error)}`;
      }
      await sleep(LOOK_EVERY_MS);
    }
  }

  async #look(): Promise<void> {
    const askedMs = Date.now();
    const truths = this.#truths();
    const read = await this.#service.state();
    if (read === 'busy') {
      this.#busyLooks++;
      return;
    }
    const tookMs = Date.now() - askedMs - this.#stalls.withinMs(askedMs, Date.now());
    const state = this.#options.tamper === undefined ? read : this.#options.tamper(read);
    const seen = { state, before: this.#before, charging: truths };
    this.#noteSummary(summaryOf(seen));
    const flaws = [
      ...(tookMs > ANSWER_AT_MOST_MS ? [`GET state took ${tookMs} ms`] : []),
      ...flawsOf(seen),
      ...this.#excess.judge(seen, Date.now()),
      ...this.#judgePolite(),
    ];
    this.#before = state;
    this.#looks++;
    for (const { id } of having('willing')) {
      const control = state.stations.find((station) => station.id === id)?.control ?? 'none';
      this.#controls[control] = (this.#controls[control] ?? 0) + 1;
    }
    this.#failure ??= (await this.#deathOrLog()) ?? (flaws.length === 0 ? undefined : flaws.join('\n'));
  }

  #noteSummary(summary: string): void {
    if (this.#summaries.at(-1)?.endsWith(summary)) return;
    this.#summaries.push(`${new Date().toISOString()} ${summary}`);
    if (this.#summaries.length > SUMMARIES_KEPT) this.#summaries.shift();
  }

  #judgePolite(): string[] {
    return this.#polite.flatMap(({ options, complaints, waitingMs, latenciesMs }) => {
      const slowestMs = Math.max(waitingMs, latenciesMs.at(-1) ?? 0);
      const slow = slowestMs > ANSWER_AT_MOST_MS ? [`${options.stationId} waited ${slowestMs} ms for an answer`] : [];
      return [...complaints, ...slow];
    });
  }

  async #deathOrLog(): Promise<string | undefined> {
    const { flaws, process } = this.#service;
    if (flaws.length > 0) await sleep(LAST_WORDS_MS);
    const { ended } = this.#service;
    if (ended !== undefined) return `the service ended with ${JSON.stringify(ended)}:\n${process.stderr}`;
    return flaws.length === 0 ? undefined : flaws.join('\n');
  }

  /** Memory at the end of the warm-up, and every now and then. */
  async #measure(isOver: () => boolean, startedMs: number): Promise<void> {
    let dueMs = startedMs + this.#options.warmUpMs;
    while (!isOver()) {
      await sleep(LOOK_EVERY_MS);
      if (Date.now() < dueMs || isOver()) continue;
      dueMs += USAGE_EVERY_MS;
      await this.#measureNow().catch(() => undefined);
    }
  }

  async #measureNow(): Promise<Usage> {
    const usage = await this.#service.usage();
    this.#usages.push(usage);
    return usage;
  }

  /** Nothing of the attack is left: first its own sockets go, then everybody's. */
  async #judgeEnd(idle: Usage): Promise<void> {
    const wellBehaved = this.#polite.length + this.#charging.size;
    await this.#untilConnections(wellBehaved);
    const looks = this.#looks;
    await until(async () => this.#look().then(() => this.#looks > looks), 'the site can be looked at', {
      atMostMs: QUIET_AT_MOST_MS,
    });
    const after = await this.#measureNow();
    const [first = after] = this.#usages;
    const growthBytes = after.heapBytes - first.heapBytes;
    if (growthBytes > HEAP_GROWTH_MAX_BYTES) this.#failure ??= `the heap grew by ${growthBytes} bytes`;
    if (after.isPolluted) this.#failure ??= 'what a station sent is in every object of the service';
    for (const station of this.#polite) station.end();
    await Promise.all([...this.#charging.values()].map((station) => station.stop()));
    await this.#untilConnections(0);
    let left = after;
    await until(
      async () => {
        left = await this.#service.usage();
        return left.sockets === 0 && left.timers <= idle.timers + TIMERS_MORE_MAX;
      },
      'nothing of the stations is left',
      { atMostMs: QUIET_AT_MOST_MS, otherwise: () => JSON.stringify({ left, idle }) },
    ).catch((error: unknown) => {
      this.#failure ??= String(error);
    });
    this.#usages.push(left);
    const ended = await this.#service.process.stop();
    if (ended.code !== 0) this.#failure ??= `the service did not end well: ${JSON.stringify(ended)}`;
    if (this.#service.flaws.length > 0) this.#failure ??= this.#service.flaws.join('\n');
  }

  async #untilConnections(count: number): Promise<void> {
    await until(async () => (await this.#service.connections()) === count, `${count} connections are left`, {
      atMostMs: QUIET_AT_MOST_MS,
    }).catch((error: unknown) => {
      this.#failure ??= String(error);
    });
  }

  #truths(): ReadonlyMap<string, ChargingTruth> {
    return new Map(
      [...this.#charging].map(([id, station]) => [
        id,
        {
          isOnline: station.isOnline,
          transactionIds: station.transactions.map(({ transactionId }) => String(transactionId)),
          installedA: station.limitA(1),
        },
      ]),
    );
  }

  #throwIfFailed(): void {
    if (this.#failure === undefined) return;
    const { seed, command } = this.#options;
    const frames = this.#attackers.map(({ options, lastFrames }) =>
      [`last of ${options.stationId}:`, ...lastFrames.slice(-FRAMES_SHOWN).map((frame) => `  ${frame}`)].join('\n'),
    );
    throw new Error(
      [
        this.#failure,
        `seed ${seed}; again: EVENKEEL_FUZZ_SEED=${seed} ${command}`,
        ...frames,
        'the stations, as they were seen:',
        ...this.#summaries,
      ].join('\n'),
    );
  }

  #figures(seconds: number): Omit<FuzzFigures, 'understood' | 'refused'> {
    const latenciesMs = this.#polite.flatMap((station) => station.latenciesMs).sort((a, b) => a - b);
    const megabytes = (bytes: number): number => Math.round(bytes / 104_857.6) / 10;
    const framesOf = (version: FuzzVersion): number =>
      this.#attackers
        .filter(({ options }) => options.version === version)
        .reduce((sum, { framesSent }) => sum + framesSent, 0);
    return {
      seed: this.#options.seed,
      seconds: Math.round(seconds),
      framesByVersion: Object.fromEntries(FUZZ_VERSIONS.map((version) => [version, framesOf(version)])) as Record<
        FuzzVersion,
        number
      >,
      connections: this.#attackers.reduce((sum, { connections }) => sum + connections, 0),
      looks: this.#looks,
      busyLooks: this.#busyLooks,
      excessMaxMs: this.#excess.longestMs,
      controls: this.#controls,
      politeAnswers: latenciesMs.length,
      politeAnswerMaxMs: latenciesMs.at(-1) ?? 0,
      politeAnswerP99Ms: latenciesMs[Math.floor(latenciesMs.length * 0.99)] ?? 0,
      heapMb: this.#usages.map(({ heapBytes }) => megabytes(heapBytes)),
      rssMb: this.#usages.map(({ rssBytes }) => megabytes(rssBytes)),
      timers: this.#usages.map(({ timers }) => timers),
      socketsLeft: this.#usages.at(-1)?.sockets ?? 0,
    };
  }
}

function having(role: FuzzRole): readonly FuzzStation[] {
  return FUZZ_STATIONS.filter((station) => station.role === role);
}
