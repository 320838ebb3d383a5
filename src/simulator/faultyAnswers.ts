import type { FaultSet } from './faults.js';
import { errorFrame, type Frame, type JsonObject, type RpcErrorCode, RpcFailure, resultFrame } from './rpc.js';
import { answerCommand, type CommandTarget } from './stationCommands.js';
import type { SendAnswer } from './stationLink.js';
import type { SimulatorClock } from './time.js';

type Call = Extract<Frame, { type: 'call' }>;

interface Reply {
  readonly frame: string;
  /** For the log: 'Accepted', 'Rejected', 'NotSupported' … */
  readonly word: string;
  readonly then?: () => void;
}

/** These have no status to say no with. */
const WITHOUT_STATUS = new Set(['GetConfiguration']);
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
export function answerCall(
  call: Call,
  send: SendAnswer,
  around: { readonly target: CommandTarget; readonly faults: FaultSet; readonly clock: SimulatorClock },
): string {
  const { faults, clock } = around;
  const drop = faults.forAction('drop', call.action);
  if (drop !== undefined) {
    if (drop.executed) execute(call, around.target).then?.();
    return drop.executed ? 'done, not answered' : 'dropped';
  }
  const reply = refusal(call, faults) ?? execute(call, around.target);
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

function refusal(call: Call, faults: FaultSet): Reply | undefined {
  const callError = faults.forAction('callError', call.action);
  if (callError !== undefined) {
    return errorReply(call, ERROR_CODES.find((code) => code === callError.code) ?? 'InternalError', 'simulated fault');
  }
  if (faults.forAction('reject', call.action) === undefined) return undefined;
  return WITHOUT_STATUS.has(call.action)
    ? errorReply(call, 'GenericError', 'simulated fault')
    : resultReply(call, { status: 'Rejected' });
}

function execute(call: Call, target: CommandTarget): Reply {
  try {
    const answer = answerCommand(target, call.action, call.payload);
    return resultReply(call, answer.payload, answer.then);
  } catch (error) {
    if (error instanceof RpcFailure) return errorReply(call, error.code, error.message);
    throw error;
  }
}

function resultReply(call: Call, payload: JsonObject, then?: () => void): Reply {
  const word = typeof payload.status === 'string' ? payload.status : 'answered';
  const reply = { frame: resultFrame(call.messageId, payload), word };
  return then === undefined ? reply : { ...reply, then };
}

function errorReply(call: Call, code: RpcErrorCode, description: string): Reply {
  return { frame: errorFrame(call.messageId, code, description), word: `${code}: ${description}` };
}
