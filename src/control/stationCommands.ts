import { Problem } from '../site/problem.js';
import {
  type CommandOutcome,
  type CommandResponses,
  NOT_SAYABLE,
  type StationCaller,
  type StationCommand,
} from '../site/stationMessages.js';
import { isPasswordKey } from './credentialsDesk.js';

/** Commands that a person gives a station: what came of them, or a Problem that says why nothing did. */
export class StationCommands {
  private readonly options: {
    readonly caller: () => StationCaller;
    readonly findStation: (stationId: string) => unknown;
  };

  constructor(options: { readonly caller: () => StationCaller; readonly findStation: (stationId: string) => unknown }) {
    this.options = options;
  }

  async status<C extends StationCommand>(
    stationId: string,
    command: C & (CommandResponses[C['type']] extends { readonly status: string } ? unknown : never),
  ): Promise<{ status: string }> {
    const response = await this.answer(stationId, command);
    if ('status' in response) return { status: response.status };
    throw new Error(`the answer to ${command.type} has no status`);
  }

  async configuration(stationId: string, keys?: readonly string[]) {
    const command = { type: 'getConfiguration', ...(keys === undefined ? {} : { keys }) } as const;
    const response = await this.answer(stationId, command);
    if (!('keys' in response)) throw new Error('the answer to getConfiguration has no keys');
    // Some stations show their password; it goes no further.
    const shown = response.keys.map((entry) => (isPasswordKey(entry.key) ? withoutValue(entry) : entry));
    return { keys: shown, unknownKeys: response.unknownKeys };
  }

  async changeConfiguration(stationId: string, key: string, value: string): Promise<{ status: string }> {
    if (isPasswordKey(key)) {
      const detail =
        'A password that only the station knows would lock it out: POST /v1/stations/{stationId}/credentials/rotate changes it on both sides.';
      throw new Problem('INVALID_REQUEST', detail, { field: '/key' });
    }
    return this.status(stationId, { type: 'changeConfiguration', key, value });
  }

  private async answer(stationId: string, command: StationCommand): Promise<CommandResponses[StationCommand['type']]> {
    if (this.options.findStation(stationId) === undefined) {
      throw new Problem('STATION_NOT_FOUND', `No site lists the station "${stationId}".`);
    }
    const outcome: CommandOutcome = await this.options.caller().call(stationId, command);
    switch (outcome.outcome) {
      case 'answered':
        return outcome.response;
      case 'error':
        // It never left: the station's version has no words for it.
        if (outcome.code === NOT_SAYABLE) throw new Problem('INVALID_REQUEST', outcome.description);
        throw new Problem('STATION_REFUSED', `The station answered ${outcome.code}: ${outcome.description}`, {
          details: { stationId },
        });
      case 'notSent':
        throw outcome.reason === 'offline'
          ? new Problem('STATION_OFFLINE', `Station "${stationId}" is not connected.`, { details: { stationId } })
          : new Problem('OVERLOADED', `Too much is waiting to be sent to station "${stationId}".`, {
              details: { stationId },
            });
      case 'unknown':
        throw new Problem('STATION_TIMEOUT', `Station "${stationId}" gave no answer (${outcome.reason}).`, {
          details: { stationId },
        });
    }
  }
}

function withoutValue({ key, readonly }: CommandResponses['getConfiguration']['keys'][number]) {
  return { key, readonly };
}
