import type {
  CommandOutcome,
  MeterSample,
  StationCommand,
  StationRequest,
  TransactionTold,
} from '../../src/site/stationMessages.js';
import type { VirtualSite } from './virtualSite.js';

type Ask = (stationId: string, request: StationRequest) => Promise<unknown>;
type Handle = (stationId: string, command: StationCommand) => CommandOutcome | 'silence';
type Started = Extract<StationRequest, { type: 'transactionStarted' }>;

/** What was written so long before it is told was kept while the station was offline. */
const KEPT_MS = 60_000;

interface OneTransaction {
  readonly id: number;
  readonly idToken: string;
  /** It names its driver, and its register, only once it runs. */
  readonly isReticent: boolean;
  nextSeqNo: number;
}

/**
 * The stations of a virtual site tell of their transactions as in OCPP 2.0.1: by ids of their own, in numbered events, of which those
 * that are sent again have the number they had; every other one says who it is only later, and nothing of its register at first.
 */
export function tellInEvents(world: VirtualSite): void {
  const ask = bound<Ask>(world, 'ask');
  const handle = bound<Handle>(world, 'handle');
  const transactions = new Map<string, OneTransaction>();
  const told = new WeakMap<StationRequest, TransactionTold>();
  const ends = new Map<number, TransactionTold>();
  let count = 0;

  function transactionOf(stationId: string, { idToken, meterStartWh, timestampMs }: Started): OneTransaction {
    const key = [stationId, idToken, meterStartWh, timestampMs].join(' ');
    const known = transactions.get(key);
    if (known !== undefined) return known;
    count += 1;
    const one = { id: count, idToken, isReticent: count % 2 === 0, nextSeqNo: 1 };
    transactions.set(key, one);
    return one;
  }

  const byId = (id: unknown) => [...transactions.values()].find((one) => one.id === id);

  function event(one: OneTransaction, of: TransactionTold['event'], seqNo: number, samples: readonly MeterSample[]) {
    const timestampMs = samples[0]?.timestampMs ?? world.clock.nowMs();
    return {
      type: 'transactionTold',
      event: of,
      transactionId: wireId(one.id),
      seqNo,
      timestampMs,
      isOffline: timestampMs < world.clock.nowMs() - KEPT_MS,
      triggerReason: 'MeterValuePeriodic',
      evseId: 1,
      ...(of === 'Updated' && one.isReticent ? { idToken: one.idToken } : {}),
      samples,
      quarantined: 0,
    } as const;
  }

  /** Undefined where it is no word on a transaction. */
  function inEvents(stationId: string, request: StationRequest): TransactionTold | undefined {
    if (request.type === 'transactionStarted') {
      const one = transactionOf(stationId, request);
      const { timestampMs, meterStartWh: energyWh, idToken } = request;
      if (!one.isReticent) return { ...event(one, 'Started', 0, [{ timestampMs, energyWh }]), idToken };
      return { ...event(one, 'Started', 0, [{ timestampMs }]), samples: [] };
    }
    if (request.type === 'transactionEnded') {
      const one = byId(request.transactionId);
      if (one === undefined) return undefined;
      const { timestampMs, meterStopWh: energyWh } = request;
      const known = ends.get(one.id) ?? event(one, 'Ended', one.nextSeqNo++, [{ timestampMs, energyWh }]);
      ends.set(one.id, known);
      return known;
    }
    if (request.type !== 'meterValues') return undefined;
    const one = byId(request.transactionId);
    return one === undefined ? undefined : event(one, 'Updated', one.nextSeqNo++, request.samples);
  }

  const askInEvents: Ask = async (stationId, request) => {
    const event = told.get(request) ?? inEvents(stationId, request);
    if (event === undefined) return ask(stationId, request);
    told.set(request, event);
    const answer = await ask(stationId, event);
    const isStart = answer !== undefined && request.type === 'transactionStarted';
    return isStart ? { transactionId: transactionOf(stationId, request).id, status: 'Accepted' } : answer;
  };
  Object.defineProperty(world, 'ask', { value: askInEvents });
  Object.defineProperty(world, 'handle', {
    value: (stationId: string, command: StationCommand) => handle(stationId, byNumber(command)),
  });
}

const PREFIX = 'tx-';

function wireId(id: number): string {
  return `${PREFIX}${id}`;
}

/** As the virtual station knows its transaction. */
function byNumber(command: StationCommand): StationCommand {
  if (command.type === 'remoteStop') return { ...command, transactionId: numberOf(command.transactionId) };
  if (command.type !== 'setChargingProfile' || command.profile.transactionId === undefined) return command;
  return { ...command, profile: { ...command.profile, transactionId: numberOf(command.profile.transactionId) } };
}

function numberOf(id: number | string): number {
  return typeof id === 'number' ? id : Number(id.slice(PREFIX.length));
}

/** One of its private methods, of which it has no other way to be told. */
function bound<F extends (...of: never[]) => unknown>(world: VirtualSite, name: string): F {
  const method: unknown = Reflect.get(world, name);
  if (typeof method !== 'function') throw new Error(`the virtual site has no ${name}`);
  return method.bind(world) as F;
}
