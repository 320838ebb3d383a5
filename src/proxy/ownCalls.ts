import type { Dialect, EncodedCommand } from '../ocpp/dialect.js';
import { serialiseCall } from '../ocpp/frame.js';
import { type CallOptions, type CommandOutcome, NOT_SAYABLE, type StationCommand } from '../site/stationMessages.js';
import type { OwnCall, OwnOutcome } from './relayMessages.js';

interface Waiting {
  readonly command: StationCommand;
  readonly settle: (outcome: CommandOutcome) => void;
}

interface OwnCallsOptions {
  readonly dialect: Dialect;
  /** What is sent in the place of a command; it is asked when it leaves. Undefined: nothing any more. */
  readonly instead: (command: StationCommand) => StationCommand | undefined;
  /** At once when it has ended, before anything else leaves. */
  readonly settled: (command: StationCommand, outcome: CommandOutcome) => void;
  readonly inject: (call: OwnCall) => void;
  readonly report: (kind: 'unsayableCommand' | 'malformedAnswer', detail: string) => void;
}

/** Ids of reports that we asked for: those answers are calls of the station, which are for us alone. */
const REPORTS_MAX = 16;

/** Our own commands to a station that talks to its CSMS: neutral on this side, frames and tickets on the relay's. */
export class OwnCalls {
  readonly #options: OwnCallsOptions;
  readonly #waiting = new Map<number, Waiting>();
  #reports: number[] = [];
  #nextTicket = 1;

  constructor(options: OwnCallsOptions) {
    this.#options = options;
  }

  call<C extends StationCommand>(
    command: C,
    { lane, timeoutMs, isOutdated }: Pick<OwnCall, 'lane' | 'timeoutMs'> & Pick<CallOptions, 'isOutdated'>,
  ): Promise<CommandOutcome<C['type']>> {
    const encoded = this.#options.dialect.encodeCommand(command);
    if (!encoded.encoded) return Promise.resolve(this.#unsayable(encoded.description));
    return new Promise((resolve) => {
      const ticket = this.#nextTicket++;
      // Only this command's own answer decoder makes the response that arrives here.
      this.#waiting.set(ticket, { command, settle: (outcome) => resolve(outcome as CommandOutcome<C['type']>) });
      const write = (id: string) => (isOutdated?.() === true ? undefined : this.#write(id, command));
      this.#options.inject({ ticket, lane, timeoutMs, write });
    });
  }

  settled(ticket: number, outcome: OwnOutcome): void {
    const waiting = this.#waiting.get(ticket);
    this.#waiting.delete(ticket);
    if (waiting === undefined) return;
    const ended = this.#outcomeOf(waiting.command, outcome);
    this.#options.settled(waiting.command, ended);
    waiting.settle(ended);
  }

  /** Whether a report of the station's is one that we asked for. */
  isOurReport(requestId: unknown): boolean {
    return typeof requestId === 'number' && this.#reports.includes(requestId);
  }

  #write(id: string, command: StationCommand): string | undefined {
    const instead = this.#options.instead(command);
    if (instead === undefined) return undefined;
    const encoded: EncodedCommand = this.#options.dialect.encodeCommand(instead);
    if (!encoded.encoded) {
      this.#unsayable(encoded.description);
      return undefined;
    }
    const { action, payload } = encoded;
    if ('requestId' in payload && typeof payload.requestId === 'number') {
      this.#reports.push(payload.requestId);
      this.#reports = this.#reports.slice(-REPORTS_MAX);
    }
    return serialiseCall(id, action, payload);
  }

  #unsayable(description: string): { outcome: 'error'; code: string; description: string } {
    this.#options.report('unsayableCommand', description);
    return { outcome: 'error', code: NOT_SAYABLE, description };
  }

  #outcomeOf(command: StationCommand, outcome: OwnOutcome): CommandOutcome {
    if (outcome.outcome !== 'answered') return outcome;
    const { frame } = outcome;
    if (frame.kind === 'error') return { outcome: 'error', code: frame.code, description: frame.description };
    const answer = this.#options.dialect.decodeAnswer(command, frame.payload);
    if (answer.decoded) return { outcome: 'answered', response: answer.response };
    this.#options.report('malformedAnswer', answer.description);
    return { outcome: 'unknown', reason: 'malformedAnswer' };
  }
}
