import type { Clock, RandomSource } from '../site/clock.js';
import type { ChargingLimitSource } from '../site/externalLimit.js';
import { Problem } from '../site/problem.js';
import type {
  CommandResponses,
  ReportablePurpose,
  ReportedProfile,
  ReportedVariable,
  StationCommand,
  StationRequest,
} from '../site/stationMessages.js';
import { isPasswordKey } from './credentialsDesk.js';
import type { StationCommands } from './stationCommands.js';

// From OCPP 2.0.1 on, what a station is asked to report comes as messages of its own, in any number: who asked waits for the last.

type Report = Extract<StationRequest, { type: 'variablesReported' | 'profilesReported' }>;
type PartOf<T extends Report['type']> = Extract<Report, { type: T }>;

export interface WantedProfiles {
  /** 0: the station's own. Absent: of every EVSE and the station. */
  readonly evseId?: number;
  readonly profileIds?: readonly number[];
  readonly purpose?: ReportablePurpose;
  readonly stackLevel?: number;
  readonly sources?: readonly ChargingLimitSource[];
}

export interface InstalledProfile extends ReportedProfile {
  /** 0: the station itself. */
  readonly evseId: number;
  readonly source: ChargingLimitSource;
}

export interface InstalledProfilesView {
  readonly stationId: string;
  /** Whether the station said that this is all. */
  readonly isComplete: boolean;
  readonly profiles: readonly InstalledProfile[];
}

/** For the next message of a report; stations send a full one over slow lines, and hundreds of variables each in a message. */
const SILENCE_MAX_MS = 15_000;
const PARTS_MAX = 5_000;
/** A report is a flood of messages: who asks for more at a time has not waited for the one before. */
const AT_ONCE_MAX = 2;
/** No criterion at all means nothing in OCPP: every source means everything. */
const EVERY_SOURCE: readonly ChargingLimitSource[] = ['CSO', 'EMS', 'SO', 'Other'];
/** A station's words for having nothing to report. */
const NOTHING_TO_TELL: readonly string[] = ['NoProfiles', 'EmptyResultSet'];

interface Waiting {
  readonly stationId: string;
  readonly parts: Report[];
  heard(what: Heard): void;
}

type Heard = 'more' | 'last' | 'enough';

export class StationReports {
  private readonly options: {
    readonly clock: Clock;
    readonly random: RandomSource;
    readonly commands: Pick<StationCommands, 'status'>;
  };
  /** By station and request. */
  private readonly waiting = new Map<string, Waiting>();

  constructor(options: StationReports['options']) {
    this.options = options;
  }

  /** What stations report, asked for from here or not. */
  take(stationId: string, report: Report): void {
    const waiting = this.waiting.get(keyOf(stationId, report.requestId));
    // What goes on and on is cut off there, and never all.
    if (waiting === undefined || waiting.parts.length >= PARTS_MAX) return;
    waiting.parts.push(report);
    waiting.heard(report.isLast ? 'last' : waiting.parts.length < PARTS_MAX ? 'more' : 'enough');
  }

  /** Every variable of the station's device model. Refusals are thrown as Problem. */
  async settings(stationId: string): Promise<CommandResponses['getConfiguration']> {
    const { parts, isComplete } = await this.collect(stationId, 'variablesReported', { type: 'requestReport' });
    if (!isComplete) throw cutOff(stationId, parts.length);
    return { keys: parts.flatMap(({ variables }) => variables.map(settingOf)), unknownKeys: [] };
  }

  /** What the station has installed, whoever installed it. Refusals are thrown as Problem. */
  async profiles(stationId: string, wanted: WantedProfiles): Promise<InstalledProfilesView> {
    const { evseId: _where, ...criteria } = wanted;
    const command = {
      type: 'requestProfiles',
      ...wanted,
      ...(Object.keys(criteria).length === 0 ? { sources: EVERY_SOURCE } : {}),
    } as const;
    const { parts, isComplete } = await this.collect(stationId, 'profilesReported', command);
    if (!isComplete && parts.length === 0) throw cutOff(stationId, 0);
    return {
      stationId,
      isComplete,
      profiles: parts.flatMap(({ evseId, source, profiles }) =>
        profiles.map((profile) => ({ evseId, source, ...profile })),
      ),
    };
  }

  private async collect<T extends Report['type']>(
    stationId: string,
    type: T,
    command: Extract<StationCommand, { type: 'requestReport' | 'requestProfiles' }>,
  ): Promise<{ readonly parts: readonly PartOf<T>[]; readonly isComplete: boolean }> {
    if ([...this.waiting.values()].filter((other) => other.stationId === stationId).length >= AT_ONCE_MAX)
      throw new Problem('OVERLOADED', `Station "${stationId}" is still reporting what it was asked for before.`, {
        details: { stationId },
      });
    const requestId = this.options.random.positiveInt31();
    const { ended, heard } = this.patience();
    const parts: Report[] = [];
    const key = keyOf(stationId, requestId);
    this.waiting.set(key, { stationId, parts, heard });
    try {
      const { status } = await this.options.commands.status(stationId, { ...command, requestId });
      if (NOTHING_TO_TELL.includes(status)) return { parts: [], isComplete: true };
      if (status !== 'Accepted')
        throw new Problem('STATION_REFUSED', `The station answered ${status}.`, { details: { stationId } });
      heard('more');
      const isComplete = await ended;
      return { parts: parts.filter((part): part is PartOf<T> & Report => part.type === type), isComplete };
    } finally {
      this.waiting.delete(key);
      heard('enough');
    }
  }

  /** Ends with whether the last has come: false once nothing was heard for too long, or enough was. */
  private patience(): { readonly ended: Promise<boolean>; readonly heard: Waiting['heard'] } {
    const { clock } = this.options;
    let end: (isComplete: boolean) => void = () => undefined;
    const ended = new Promise<boolean>((resolve) => {
      end = resolve;
    });
    let cancel = (): void => undefined;
    const heard = (what: Heard) => {
      cancel();
      if (what === 'more') cancel = clock.after(SILENCE_MAX_MS, () => end(false));
      else end(what === 'last');
    };
    return { ended, heard };
  }
}

function keyOf(stationId: string, requestId: number): string {
  return `${stationId} ${requestId}`;
}

/** Some stations show their password; it goes no further. */
function settingOf({ key, value, isReadOnly }: ReportedVariable): CommandResponses['getConfiguration']['keys'][number] {
  const isShown = value !== undefined && !isPasswordKey(key);
  return { key, ...(isShown ? { value } : {}), readonly: isReadOnly === true };
}

function cutOff(stationId: string, count: number): Problem {
  return new Problem(
    'STATION_TIMEOUT',
    `Station "${stationId}" agreed to report, and ${count === 0 ? 'sent nothing' : `stopped after ${count} messages`}.`,
    { details: { stationId } },
  );
}
