import type { CommandResult } from '../control/delegation/delegation.js';
import { assertNever } from '../site/assertNever.js';
import { Problem } from '../site/problem.js';
import type { CommandOutcome } from '../site/stationMessages.js';
import type { CommandEntry } from './commandEntry.js';

/**
 * What the result of a CSMS says of what the station did. Throws Problem INVALID_RESULT where it can not be read: the command stays
 * open. What the station wrote goes before the word that the CSMS has for it, and the two may not contradict each other.
 */
export function outcomeOf(result: CommandResult, { command, dialect }: CommandEntry): CommandOutcome {
  switch (result.status) {
    case 'accepted':
    case 'rejected': {
      const word = result.status === 'accepted' ? 'Accepted' : 'Rejected';
      const answer = dialect.decodeAnswer(command, result.payload ?? { status: word });
      if (!answer.decoded)
        throw new Problem('INVALID_RESULT', `The station's answer can not be read: ${answer.description}`, {
          field: '/payload',
        });
      const said = result.payload?.status;
      if (typeof said === 'string' && isYes(said) !== (result.status === 'accepted'))
        throw new Problem('INVALID_RESULT', `The status is "${result.status}", and the payload says "${said}".`, {
          field: '/status',
        });
      return { outcome: 'answered', response: answer.response };
    }
    case 'failed':
      return {
        outcome: 'error',
        code: result.errorCode ?? 'GenericError',
        description: result.errorDescription ?? '',
      };
    case 'expired':
      return { outcome: 'notSent', reason: 'offline' };
    case 'unknown':
      return { outcome: 'unknown', reason: 'timeout' };
    default:
      return assertNever(result.status);
  }
}

/** The words of all versions for "it is done, or being done". */
const YES = ['Accepted', 'RebootRequired', 'Scheduled', 'Unlocked'];

function isYes(status: string): boolean {
  return YES.includes(status);
}
