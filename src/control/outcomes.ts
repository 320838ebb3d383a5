import type { CommandOutcome } from '../site/stationMessages.js';

/** Why a call brought no answer, in a few words. */
export function wordsOfFailure(outcome: Exclude<CommandOutcome, { outcome: 'answered' }>): string {
  return outcome.outcome === 'error' ? `${outcome.code} ${outcome.description}`.trim() : outcome.reason;
}
