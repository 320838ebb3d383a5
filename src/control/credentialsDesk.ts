import { Problem } from '../site/problem.js';
import type { CommandOutcome, OcppVersion, SecurityProfile, StationCaller } from '../site/stationMessages.js';
import type { CredentialsChange, StationCredentials } from './credentials.js';
import { wordsOfFailure } from './outcomes.js';
import type { Log } from './ports.js';

/** What may be known of how a station shows who it is: never the secret itself. */
export interface CredentialsView {
  readonly stationId: string;
  readonly hasPassword: boolean;
  /** Passwords that it was sent and has not connected with. */
  readonly passwordsPending: number;
  /** It is refused below this. Null: it has never had credentials. */
  readonly securityProfileMin: number | null;
  /** Null: it is not connected. */
  readonly connectedWith: SecurityProfile | null;
}

export interface CredentialsService {
  get(stationId: string): Promise<CredentialsView>;
  /** A connection that was let in by what holds no more is ended. */
  put(stationId: string, change: CredentialsChange): Promise<CredentialsView>;
  /** The station has no password any more, and no connection that was let in by one. */
  revoke(stationId: string): Promise<CredentialsView>;
  /** Gives the station a new random password over its connection. Throws Problem where it did not take it. */
  rotate(stationId: string): Promise<{ readonly status: string; readonly credentials: CredentialsView }>;
}

export interface CredentialsDeskOptions {
  readonly credentials: StationCredentials;
  readonly caller: () => StationCaller;
  readonly connectionOf: (
    stationId: string,
  ) => { readonly ocppVersion: OcppVersion; readonly securityProfile: SecurityProfile } | undefined;
  /** Throws Problem where no site lists the station. */
  readonly requireStation: (stationId: string) => void;
  /** Ends the station's connection, whoever holds it, if its security profile is below that. Absent: nobody can. */
  readonly cutOff?: (stationId: string, below: SecurityProfile) => void;
  readonly log: Log;
}

/** A certificate has said who it is: no password plays a part in that. */
const BY_CERTIFICATE: SecurityProfile = 3;

/** Where a station keeps its password, by OCPP version. */
const KEY_16 = 'AuthorizationKey';
const KEY_2X = 'SecurityCtrlr.BasicAuthPassword';
const TAKEN = ['Accepted', 'RebootRequired'];

/** Whether a setting of a station is its password, however it writes it. */
export function isPasswordKey(key: string): boolean {
  return /^(AuthorizationKey|.*BasicAuthPassword.*)$/i.test(key.trim());
}

export class CredentialsDesk implements CredentialsService {
  private readonly options: CredentialsDeskOptions;

  constructor(options: CredentialsDeskOptions) {
    this.options = options;
  }

  async get(stationId: string): Promise<CredentialsView> {
    const stored = await this.options.credentials.get(stationId);
    const hashes = stored?.passwordHashes.length ?? 0;
    return {
      stationId,
      hasPassword: hashes > 0,
      passwordsPending: Math.max(0, hashes - 1),
      securityProfileMin: stored?.securityProfileMin ?? null,
      connectedWith: this.options.connectionOf(stationId)?.securityProfile ?? null,
    };
  }

  async put(stationId: string, change: CredentialsChange): Promise<CredentialsView> {
    const isOther = await this.options.credentials.put(stationId, change);
    this.cutOff(stationId, isOther ? BY_CERTIFICATE : (change.securityProfileMin ?? 0));
    return this.get(stationId);
  }

  async revoke(stationId: string): Promise<CredentialsView> {
    await this.options.credentials.revoke(stationId);
    this.cutOff(stationId, BY_CERTIFICATE);
    return this.get(stationId);
  }

  private cutOff(stationId: string, below: SecurityProfile): void {
    const { connectionOf, cutOff, log } = this.options;
    const connectedWith = connectionOf(stationId)?.securityProfile;
    if (connectedWith !== undefined && connectedWith < below)
      log.info({ stationId }, 'the station is disconnected: what it came in with holds no more');
    if (below > 0) cutOff?.(stationId, below);
  }

  async rotate(stationId: string): Promise<{ status: string; credentials: CredentialsView }> {
    const { credentials, caller, connectionOf, requireStation, log } = this.options;
    requireStation(stationId);
    const connection = connectionOf(stationId);
    if (connection === undefined) throw offline(stationId);
    const is16 = connection.ocppVersion === '1.6';
    // On disk before it leaves: should we stop while the station takes it, it can come back.
    const password = await credentials.offer(stationId, is16 ? 'hexDigits' : 'text');
    const key = is16 ? KEY_16 : KEY_2X;
    const outcome = await caller().call(stationId, { type: 'changeConfiguration', key, value: password });
    if (outcome.outcome === 'answered' && TAKEN.includes(outcome.response.status)) {
      log.info({ stationId }, 'the station took a new password; the old one ends when it connects with it');
      return { status: outcome.response.status, credentials: await this.get(stationId) };
    }
    // Without an answer it may have taken it: both stay valid until it has connected with one.
    if (outcome.outcome !== 'unknown') await credentials.withdraw(stationId, password);
    throw problemOf(stationId, outcome);
  }
}

function problemOf(stationId: string, outcome: CommandOutcome<'changeConfiguration'>): Problem {
  const details = { stationId };
  switch (outcome.outcome) {
    case 'answered':
    case 'error': {
      const words = outcome.outcome === 'answered' ? outcome.response.status : wordsOfFailure(outcome);
      return new Problem('STATION_REFUSED', `The station answered ${words}; its password stays as it was.`, {
        details,
      });
    }
    case 'notSent':
      return outcome.reason === 'offline'
        ? offline(stationId)
        : new Problem('OVERLOADED', `Too much is waiting to be sent to station "${stationId}".`, { details });
    case 'unknown':
      return new Problem(
        'STATION_TIMEOUT',
        `Station "${stationId}" gave no answer (${outcome.reason}). It may have taken its new password: that and the old one are valid until it has connected with the new one.`,
        { details },
      );
  }
}

function offline(stationId: string): Problem {
  return new Problem('STATION_OFFLINE', `Station "${stationId}" is not connected.`, { details: { stationId } });
}
