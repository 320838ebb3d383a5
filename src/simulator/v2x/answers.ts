import type { CommandAnswer, CommandTarget } from '../commandTarget.js';
import type { JsonObject } from '../rpc.js';
import type { DeviceModel } from './deviceModel.js';
import type { Version2x } from './profile.js';
import type { DeviceSettings } from './settings.js';

/** The station that a command is for, and what of it only these versions have. */
export interface Around {
  readonly station: CommandTarget;
  readonly version: Version2x;
  readonly model: DeviceModel;
  readonly settings: DeviceSettings;
  readonly externalConstraintsIdMax: number;
}

export type Command = (around: Around, payload: JsonObject) => CommandAnswer;

export const status = (word: string, then?: () => void): CommandAnswer =>
  then === undefined ? { payload: { status: word } } : { payload: { status: word }, then };

export const rejected = (reasonCode: string, additionalInfo?: string): CommandAnswer => ({
  payload: {
    status: 'Rejected',
    statusInfo: additionalInfo === undefined ? { reasonCode } : { reasonCode, additionalInfo },
  },
});
