import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { ControlMetrics } from './control/ports.js';
import type { GatewayMetrics } from './gateway/options.js';
import type { SolverMetrics } from './solver/solverPool.js';

const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];

export function controlMetrics(
  registry: Registry,
  counts: () => { sites: number; stationsOnline: number; transactions: number },
): ControlMetrics {
  const registers = [registry];
  new Gauge({
    name: 'evenkeel_sites',
    help: 'Sites this process owns',
    registers,
    collect() {
      this.set(counts().sites);
    },
  });
  new Gauge({
    name: 'evenkeel_stations_online',
    help: 'Stations with a live connection',
    registers,
    collect() {
      this.set(counts().stationsOnline);
    },
  });
  new Gauge({
    name: 'evenkeel_transactions_open',
    help: 'Open transactions',
    registers,
    collect() {
      this.set(counts().transactions);
    },
  });
  const planned = new Histogram({
    name: 'evenkeel_plan_duration_seconds',
    help: 'Time to plan one site',
    buckets: SECONDS,
    registers,
  });
  const sent = new Counter({
    name: 'evenkeel_profiles_sent_total',
    help: 'Charging profiles sent, by purpose',
    labelNames: ['purpose'],
    registers,
  });
  const answered = new Histogram({
    name: 'evenkeel_profile_answer_seconds',
    help: 'Time from a charging profile to its answer, by result',
    labelNames: ['result'],
    buckets: SECONDS,
    registers,
  });
  return {
    planned: (tookMs) => planned.observe(tookMs / 1000),
    profileSent: (purpose) => sent.inc({ purpose }),
    profileAnswered: (result, tookMs) => answered.observe({ result }, tookMs / 1000),
  };
}

export function gatewayMetrics(registry: Registry): GatewayMetrics {
  const registers = [registry];
  const connections = new Gauge({ name: 'evenkeel_connections', help: 'Open station web sockets', registers });
  const refused = new Counter({
    name: 'evenkeel_handshakes_refused_total',
    help: 'Refused handshakes, by status',
    labelNames: ['status'],
    registers,
  });
  const requests = new Counter({
    name: 'evenkeel_station_requests_total',
    help: 'Calls from stations, by type',
    labelNames: ['type'],
    registers,
  });
  const errors = new Counter({
    name: 'evenkeel_callerrors_sent_total',
    help: 'CALLERRORs sent to stations, by code',
    labelNames: ['code'],
    registers,
  });
  const ignored = new Counter({
    name: 'evenkeel_answers_ignored_total',
    help: 'Answers that nothing waited for',
    labelNames: ['why'],
    registers,
  });
  const quarantined = new Counter({
    name: 'evenkeel_meter_values_quarantined_total',
    help: 'Impossible meter values left out',
    registers,
  });
  const timestamps = new Counter({
    name: 'evenkeel_timestamps_replaced_total',
    help: 'Timestamps that could not be true',
    registers,
  });
  const calls = new Histogram({
    name: 'evenkeel_station_call_seconds',
    help: 'Calls to stations, by type and outcome',
    labelNames: ['type', 'outcome'],
    buckets: SECONDS,
    registers,
  });
  return {
    connectionOpened: () => connections.inc(),
    connectionClosed: () => connections.dec(),
    handshakeRefused: (status) => refused.inc({ status }),
    requestReceived: (type) => requests.inc({ type }),
    callErrorSent: (code) => errors.inc({ code }),
    answerIgnored: (why) => ignored.inc({ why }),
    valuesQuarantined: (count) => quarantined.inc(count),
    timestampsReplaced: (count) => timestamps.inc(count),
    callEnded: (type, outcome, durationMs) => calls.observe({ type, outcome }, durationMs / 1000),
  };
}

/** Of several pools, by name: how each of their requests ended, and how many wait. */
export function solverMetrics<Pool extends string>(
  registry: Registry,
  waiting: () => Readonly<Record<Pool, number>>,
): (pool: Pool) => SolverMetrics {
  const registers = [registry];
  const solved = new Histogram({
    name: 'evenkeel_optimizer_solve_seconds',
    help: 'Time a worker spent on a request to optimize, by pool and outcome; 0 where it never began',
    labelNames: ['pool', 'outcome'],
    buckets: SECONDS,
    registers,
  });
  new Gauge({
    name: 'evenkeel_optimizer_queue_length',
    help: 'Requests to optimize that wait, by pool',
    labelNames: ['pool'],
    registers,
    collect() {
      for (const [pool, length] of Object.entries<number>(waiting())) this.set({ pool }, length);
    },
  });
  return (pool) => ({ settled: (outcome, tookMs) => solved.observe({ pool, outcome }, tookMs / 1000) });
}

/** Of one of several processes. */
export function clusterMetrics(
  registry: Registry,
  now: {
    sitesOrphaned: () => number;
    busBroken: () => boolean;
    commandsRefused: () => number;
    meterValuesBuffered: () => number;
    /** Undefined while the queue can not be asked, or there is none. */
    replans: () => Promise<Readonly<Record<string, number>> | undefined>;
  },
): void {
  const registers = [registry];
  const gauge = (name: string, help: string, value: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  };
  gauge('evenkeel_sites_orphaned', 'Sites that no process owned when this one looked last', now.sitesOrphaned);
  gauge('evenkeel_bus_broken', '1 while messages between processes do not pass', () => (now.busBroken() ? 1 : 0));
  gauge('evenkeel_commands_stale', 'Commands from owners gone by that this gateway did not send', now.commandsRefused);
  gauge(
    'evenkeel_meter_values_buffered',
    'Meter values on their way to an owner that is slow',
    now.meterValuesBuffered,
  );
  new Gauge({
    name: 'evenkeel_replan_jobs',
    help: 'Jobs of the queue that wakes the owners of sites, by state; failed ones have failed for good',
    labelNames: ['state'],
    registers,
    async collect() {
      this.reset();
      for (const [state, count] of Object.entries((await now.replans()) ?? {})) this.set({ state }, count);
    },
  });
}
