import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import {
  checkFleet,
  Fleet,
  type FleetDescription,
  type FleetStation,
  type GridPhase,
  type OcppVersion,
  type StationEvent,
  seededRandom,
  someCar,
} from '../simulator/index.js';
import { UsageError } from './failures.js';
import { requestToEnd } from './programs.js';

const GRID_PHASES: readonly GridPhase[] = ['L1', 'L2', 'L3'];
const DEFAULT_URL = 'ws://127.0.0.1:8080/ocpp';
const ARRIVAL_SPREAD_S = 5;

export interface SimulateOptions {
  readonly url?: string;
  readonly stations: number;
  readonly prefix: string;
  readonly ocppVersion: OcppVersion;
  readonly password?: string;
  readonly phases: number;
  readonly maxCurrent: number;
  readonly evses: number;
  readonly cars?: number;
  readonly meterInterval: number;
  readonly speed: number;
  readonly seed: number;
  readonly fleet?: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
  readonly exitWithParent?: boolean;
}

/** Runs them until it is asked to end. */
export async function simulate(options: SimulateOptions): Promise<void> {
  const description = options.fleet === undefined ? fleetFrom(options) : await readFleet(options.fleet);
  const print = (line: string, event: object = { type: 'note', detail: line }): void => {
    if (options.json) console.log(JSON.stringify({ at: new Date().toISOString(), ...event }));
    else console.log(`${clockTime()} ${line}`);
  };
  const apiKey = process.env.EVENKEEL_ADMIN_KEY;
  const fleet = new Fleet({
    description,
    url: options.url ?? description.url ?? DEFAULT_URL,
    ...(options.password === undefined ? {} : { password: options.password }),
    ...(apiKey === undefined ? {} : { apiKey }),
    onEvent: (stationId, event) => {
      const line = options.quiet ? undefined : describe(stationId, event);
      if (line !== undefined) print(line, { stationId, ...event });
    },
    onError: (detail) => print(detail),
  });
  const ended = requestToEnd();
  const typed = createInterface({ input: process.stdin, terminal: false });
  const parentEnded = new Promise<void>((resolve) => {
    typed.once('close', () => {
      if (options.exitWithParent) resolve();
    });
  });
  typed.on('line', (line) => {
    if (line.trim() === '') return;
    const reply = (detail: string) => (options.json ? print(detail, { type: 'reply', detail }) : console.log(detail));
    try {
      reply(fleet.command(line));
    } catch (error) {
      reply(error instanceof Error ? error.message : String(error));
    }
  });
  fleet.start();
  print(`${fleet.stations.size} stations; type "help" for what can be done to them`);
  await Promise.race([ended, parentEnded]);
  typed.close();
  // A resumed stdin would keep the process alive.
  process.stdin.destroy();
  await fleet.stop();
  if (fleet.site !== undefined) for (const line of excessLines(fleet.site)) print(line);
}

/** IEC 60898 and gG fuses carry 1.13 times their rating for an hour. */
const FUSE_CARRIES_SHARE = 0.13;

/** What really happened to the fuses, for the last word. */
function excessLines(site: NonNullable<Fleet['site']>): readonly string[] {
  const spans = site.excessSpans();
  const powerSpans = site.powerExcessSpans().map(({ circuitId, durationMs, excessMaxW }) => {
    const seconds = (durationMs / 1000).toFixed(1);
    return `${circuitId} was above its power limit for ${seconds} s, by ${Math.round(excessMaxW)} W at most`;
  });
  if (spans.length + powerSpans.length === 0) return ['no circuit was ever above its rating'];
  const phaseSpans = spans.map((span) => {
    const seconds = (span.durationMs / 1000).toFixed(1);
    const withinFuse = span.excessMaxA <= FUSE_CARRIES_SHARE * site.limitA(span.circuitId)[span.phase];
    const meaning = withinFuse ? ' (a fuse carries 13 % more than its rating for an hour)' : '';
    return `${span.circuitId} ${span.phase} was above its rating for ${seconds} s, by ${span.excessMaxA.toFixed(1)} A at most${meaning}`;
  });
  return [...phaseSpans.slice(0, 5), ...powerSpans.slice(0, 5)];
}

async function readFleet(file: string): Promise<FleetDescription> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`can't read the fleet file: ${error instanceof Error ? error.message : String(error)}`);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    return checkFleet(parsed);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function fleetFrom(options: SimulateOptions): FleetDescription {
  const random = seededRandom(options.seed);
  const outlets = options.stations * options.evses;
  const width = Math.max(3, String(options.stations).length);
  const carsMax = options.cars ?? outlets;
  const stations = Array.from({ length: options.stations }, (_, s): FleetStation => {
    const id = `${options.prefix}${String(s + 1).padStart(width, '0')}`;
    const evses = Array.from({ length: options.evses }, (_unused, e) => {
      const outlet = s * options.evses + e;
      const visit = {
        afterS: random.next() * ARRIVAL_SPREAD_S,
        idToken: `TAG-${id}-${e + 1}`.slice(0, 20),
        car: someCar(random),
      };
      return {
        id: e + 1,
        currentMaxA: options.maxCurrent,
        phases: options.phases === 1 ? [GRID_PHASES[outlet % 3] ?? 'L1'] : rotated(outlet),
        visits: outlet < carsMax ? [visit] : [],
      };
    });
    return { id, ocppVersion: options.ocppVersion, evses };
  });
  return { stations, seed: options.seed, energySpeed: options.speed, meterIntervalS: options.meterInterval };
}

const rotated = (by: number): readonly GridPhase[] => GRID_PHASES.map((_, k) => GRID_PHASES[(k + by) % 3] ?? 'L1');

/** One line per change of state; undefined for what is not worth one. */
function describe(stationId: string, event: StationEvent): string | undefined {
  switch (event.type) {
    case 'connected':
      return `${stationId} connected`;
    case 'disconnected':
      return `${stationId} disconnected: ${event.detail}`;
    case 'registration':
      return `${stationId} boot ${event.status}`;
    case 'rebooting':
      return `${stationId} reboots, back in ${(event.downMs / 1000).toFixed(0)} s`;
    case 'status':
      return `${stationId}/${event.evseId} ${event.status}`;
    case 'limit':
      return `${stationId}/${event.evseId} offers ${event.limitA.toFixed(1)} A`;
    case 'transactionStarted':
      return `${stationId}/${event.evseId} transaction begins for ${event.idToken}`;
    case 'transactionIdentified':
      return `${stationId}/${event.evseId} transaction is ${event.transactionId}`;
    case 'transactionEnded':
      return `${stationId}/${event.evseId} transaction ends: ${event.reason}, ${(event.energyWh / 1000).toFixed(2)} kWh`;
    case 'command':
      // What was simply done is seen from its effect.
      return event.answer === 'Accepted' || event.answer === 'answered'
        ? undefined
        : `${stationId} ${event.action}: ${event.answer}`;
    case 'discarded':
      return `${stationId} gave up a ${event.action}: ${event.detail}`;
  }
}

const clockTime = (): string => new Date().toTimeString().slice(0, 8);
