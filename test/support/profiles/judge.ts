import { expect, it } from 'vitest';
import {
  type ProfileStation,
  type ProfileVerdict,
  type ValidateInput,
  validateProfile,
} from '../../../src/profiles/index.js';
import { type ProfileSketch, TRANSACTION, type Version, wireProfile } from './wire.js';

/** EVSE 1 is AC on three phases, 2 is DC. It said all that it can do. */
export const STATION: ProfileStation = {
  evses: [
    { id: 1, kind: 'AC', supplyPhases: 3 },
    { id: 2, kind: 'DC' },
  ],
  smartCharging: true,
  maxStackLevel: 3,
  maxPeriods: 4,
  maxProfilesInstalled: 4,
  rateUnits: ['A', 'W'],
  acPhaseSwitching: true,
  maxExternalConstraintsId: 0,
  additionalPurposes: ['PriorityCharging', 'LocalGeneration'],
  operationModes: ['CentralSetpoint', 'LocalFrequency', 'ExternalLimits', 'Idle'],
  supports: { dynamicProfiles: true, useLocalTime: true, randomizedDelay: true, limitAtSoC: true, evseSleep: true },
};

export interface Sent {
  readonly sketch?: ProfileSketch;
  readonly station?: ProfileStation;
  readonly transactions?: ValidateInput['transactions'];
  readonly installed?: readonly ProfileSketch[];
  readonly origin?: ValidateInput['origin'];
}

/** What a station says to it: an absolute TxDefaultProfile of 10 A for EVSE 1, unless told; a transaction runs there. */
export function judge(version: Version, sent: Sent): ProfileVerdict {
  const { evseId, profile } = wireProfile(version, sent.sketch ?? {});
  return validateProfile({
    ocppVersion: version,
    profile,
    evseId,
    station: sent.station ?? STATION,
    transactions: sent.transactions ?? [TRANSACTION],
    installed: (sent.installed ?? []).map((sketch, index) => wireProfile(version, { id: 100 + index, ...sketch })),
    ...(sent.origin === undefined ? {} : { origin: sent.origin }),
  });
}

export interface Row {
  readonly rule: string;
  readonly reasonCode: string;
  readonly refuses: string;
  readonly refused: Sent;
  /** The neighbour: it differs in nothing but what the rule is about. */
  readonly accepted: Sent;
}

/** One test per row; its name begins with the rule. */
export function itJudges(version: Version, rows: readonly Row[]): void {
  it.each(rows)(`$rule of ${version} refuses $refuses`, ({ rule, reasonCode, refused, accepted }) => {
    expect(judge(version, refused)).toEqual({ accepted: false, reasonCode, rule });
    expect(judge(version, accepted)).toEqual({ accepted: true });
  });
}
