import type { CommandKind, DelegatedCommand } from '../control/delegation/delegation.js';
import type { Dialect } from '../ocpp/dialect.js';
import { assertNever } from '../site/assertNever.js';
import type { SiteState } from '../site/state.js';
import type { CallOptions, CommandOutcome, StationCommand } from '../site/stationMessages.js';

/** One command on its way to a station, by way of its CSMS. */
export interface CommandEntry {
  readonly command: StationCommand;
  readonly dialect: Dialect;
  /** All that is said of it but when it has to have left, which is known once it is its turn. */
  readonly told: Omit<DelegatedCommand, 'after' | 'notAfterMs'>;
  readonly settle: (outcome: CommandOutcome) => void;
}

export interface DescribedBy {
  readonly id: string;
  readonly state: SiteState;
  readonly stationId: string;
  readonly nowMs: number;
  readonly options: CallOptions;
}

/** Undefined with the reason: this version has no words for it. */
export function describeCommand(
  command: StationCommand,
  dialect: Dialect,
  { id, state, stationId, nowMs, options }: DescribedBy,
): CommandEntry['told'] | { readonly unsayable: string } {
  const encoded = dialect.encodeCommand(command);
  if (!encoded.encoded) return { unsayable: encoded.description };
  const evseId = 'evseId' in command && command.evseId !== undefined ? command.evseId : null;
  const transaction = evseId === null ? undefined : state.stations.get(stationId)?.evses.get(evseId)?.transaction;
  const { siteId } = state.site;
  return {
    id,
    siteId,
    stationId,
    evseId,
    sessionId: transaction?.sessionId ?? null,
    kind: kindOf(command),
    dir: options.about?.dir ?? 'none',
    lane: stationId,
    group: siteId,
    createdMs: nowMs,
    ocppVersion: dialect.version,
    action: encoded.action,
    payload: encoded.payload,
    correlationId: options.about?.attemptId ?? id,
  };
}

function kindOf(command: StationCommand): CommandKind {
  switch (command.type) {
    case 'setChargingProfile':
      return command.profile.purpose === 'TxProfile' ? 'setLimit' : 'setFailsafe';
    case 'updateDynamicSchedule':
      return 'setLimit';
    case 'clearChargingProfile':
      return 'clear';
    case 'getCompositeSchedule':
    case 'getConfiguration':
    case 'requestReport':
    case 'requestProfiles':
    case 'trigger':
      return 'readback';
    case 'changeConfiguration':
      return 'configuration';
    case 'remoteStart':
    case 'remoteStop':
    case 'usePriorityCharging':
      return 'transaction';
    case 'reset':
    case 'unlock':
    case 'clearCache':
    case 'changeAvailability':
    case 'dataTransfer':
      return 'other';
    default:
      return assertNever(command);
  }
}
