import type { CommandTarget } from './commandTarget.js';
import type { FaultSet } from './faults.js';
import { errorFrame, type Frame, type JsonObject, type RpcErrorCode, RpcFailure, resultFrame } from './rpc.js';
import type { StationDialect } from './stationDialect.js';
import type { SendAnswer } from './stationLink.js';
import type { SimulatorClock } from './time.js';

type Call = Extract<Frame, { type: 'call' }>;

interface Surroundings {
  readonly target: CommandTarget;
  readonly dialect: StationDialect;
  readonly faults: FaultSet;
  readonly clock: SimulatorClock;
}

interface Reply {
  readonly frame: string;
  /** For the log: 'Accepted', 'Rejected', 'NotSupported' … */
  readonly word: string;
  readonly then?: () => void;
}

const ERROR_CODES: readonly RpcErrorCode[] = [
  'NotImplemented',
  'NotSupported',
  'InternalError',
  'ProtocolError',
  'SecurityError',
  'FormationViolation',
  'PropertyConstraintViolation',
  'OccurenceConstraintViolation',
  'TypeConstraintViolation',
  'GenericError',
];

/** Answers one call of the central system, as well or as badly as the station's faults have it. Returns a word for the log. */
export function answerCall(call: Call, send: SendAnswer, around: Surroundings): string {
  const { faults, clock } = around;
  const drop = faults.forAction('drop', call.action);
  if (drop !== undefined) {
    if (drop.executed) execute(call, around).then?.();
    return drop.executed ? 'done, not answered' : 'dropped';
  }
  const reply = refusal(call, around) ?? execute(call, around);
  const deliver = (): void => {
    send(reply.frame);
    reply.then?.();
  };
  const delay = faults.forAction('delay', call.action);
  if (delay === undefined) {
    deliver();
    return reply.word;
  }
  clock.after(delay.delayMs, deliver);
  return `${reply.word}, answered ${delay.delayMs} ms late`;
}

function refusal(call: Call, { faults, dialect }: Surroundings): Reply | undefined {
  const callError = faults.forAction('callError', call.action);
  if (callError !== undefined) {
    const code = ERROR_CODES.find((known) => known === callError.code) ?? 'InternalError';
    return errorReply(call, dialect.frames.errorCode(code), 'simulated fault');
  }
  if (faults.forAction('reject', call.action) === undefined) return undefined;
  const no = dialect.refusal(call.action);
  return no === undefined ? errorReply(call, 'GenericError', 'simulated fault') : resultReply(call, no);
}

function execute(call: Call, { target, dialect }: Surroundings): Reply {
  try {
    const answer = dialect.answer(target, call.action, call.payload);
    return resultReply(call, answer.payload, answer.then);
  } catch (error) {
    if (error instanceof RpcFailure) return errorReply(call, dialect.frames.errorCode(error.code), error.message);
    throw error;
  }
}

function resultReply(call: Call, payload: JsonObject, then?: () => void): Reply {
  const word = typeof payload.status === 'string' ? payload.status : 'answered';
  const reply = { frame: resultFrame(call.messageId, payload), word };
  return then === undefined ? reply : { ...reply, then };
}

function errorReply(call: Call, code: string, description: string): Reply {
  return { frame: errorFrame(call.messageId, code, description), word: `${code}: ${description}` };
}
