import type { Dialect } from '../ocpp/dialect.js';
import { serialiseCall } from '../ocpp/frame.js';
import type { StationCommand } from '../site/stationMessages.js';
import { type CsmsRequest, listOf, objectOf, type Setting } from './csmsRequests.js';
import type { ProxyMemory } from './proxyMemory.js';
import type { AnswerFrame, RelayedCall } from './relayMessages.js';
import { isSharedInterval, SharedIntervals } from './sharedIntervals.js';

/** How a call of the CSMS ends: here, or at the station. */
export interface Answers {
  readonly answer: (payload: object) => void;
  readonly error: (code: string, description: string) => void;
  /** `whenEnded`: by the station's answer, however late; undefined: it was never sent. */
  readonly passOn: (text: string, whenEnded: (frame: AnswerFrame | undefined) => void) => void;
}

interface CsmsSettingsOptions {
  readonly dialect: Dialect;
  readonly credentials: 'passThrough' | 'replace';
  readonly memory: ProxyMemory;
  readonly passwordChanged: (password: string) => void;
  readonly couldNotKeep: () => void;
}

const PASSWORD_KEY = /^(AuthorizationKey|SecurityCtrlr\.BasicAuthPassword)$/i;
/** What would lead the station past us, or have it keep to no limit. */
const NEVER = /^(OCPPCommCtrlr\.NetworkConfigurationPriority|SmartChargingCtrlr\.Enabled)$/i;

type SettingCommand = StationCommand & { readonly type: 'changeConfiguration' };

/**
 * Settings that a CSMS makes at its station. How often to measure serves the site and the CSMS both; what else the site meters by is
 * the site's once it has set it, and refused to the CSMS: to say yes and not do it, or to do it and be blind, would both be wrong.
 */
export class CsmsSettings {
  readonly intervals: SharedIntervals;
  readonly #options: CsmsSettingsOptions;

  constructor(options: CsmsSettingsOptions) {
    this.#options = options;
    this.intervals = new SharedIntervals(options.memory, options.couldNotKeep);
  }

  /** A setting of ours leaves: what goes in its place. */
  made(command: SettingCommand): SettingCommand {
    const { key, value } = command;
    if (isSharedInterval(key)) return { ...command, value: this.intervals.forSite(key, value) };
    const { memory, couldNotKeep } = this.#options;
    memory.save({ ours: { ...memory.kept.ours, [key.toLowerCase()]: '' } }).catch(couldNotKeep);
    return command;
  }

  serve(call: RelayedCall, request: CsmsRequest & { kind: 'settings' | 'networkProfile' }, answers: Answers): void {
    if (request.kind === 'networkProfile') {
      answers.answer({ status: 'Rejected', statusInfo: { reasonCode: 'NotEnabled', additionalInfo: AWAY } });
      return;
    }
    const { settings } = request;
    if (settings.some((setting) => this.#isRefused(setting))) {
      answers.answer(this.#refusal(call, settings));
      return;
    }
    answers.passOn(this.#lowered(call, settings), (frame) => {
      for (const [index, { key, value }] of settings.entries()) {
        if (!isTaken(frame, index)) continue;
        if (PASSWORD_KEY.test(key)) this.#options.passwordChanged(value);
        if (isSharedInterval(key)) this.intervals.taken(key, value);
      }
    });
  }

  /** With the interval that serves the site too. */
  #lowered(call: RelayedCall, settings: readonly Setting[]): string {
    const wanted = settings.map(({ key, value }) =>
      isSharedInterval(key) ? this.intervals.forCsms(key, value) : value,
    );
    if (wanted.every((value, index) => value === settings[index]?.value)) return call.text;
    if (this.#options.dialect.version === '1.6')
      return serialiseCall(call.id, call.action, { ...call.payload, value: wanted[0] });
    const setVariableData = listOf(call.payload.setVariableData)
      .map(objectOf)
      .map((entry, index) => ({ ...entry, attributeValue: wanted[index] }));
    return serialiseCall(call.id, call.action, { ...call.payload, setVariableData });
  }

  #isRefused({ key, value, isActual }: Setting): boolean {
    if (isSharedInterval(key) && isActual) return this.intervals.forCsms(key, value) === undefined;
    // To the CSMS the station comes with a password that is not its own: what it sets is not what it is shown.
    if (PASSWORD_KEY.test(key)) return this.#options.credentials === 'replace';
    if (NEVER.test(key)) return !(/Enabled$/i.test(key) && value.trim().toLowerCase() === 'true');
    return this.#options.memory.kept.ours?.[key.toLowerCase()] !== undefined;
  }

  #refusal(call: RelayedCall, settings: readonly Setting[]): object {
    if (this.#options.dialect.version === '1.6') return { status: 'Rejected' };
    const entries = listOf(call.payload.setVariableData).map(objectOf);
    return {
      setVariableResult: entries.map(({ component, variable, attributeType }, index) => {
        const setting = settings[index];
        const isAtFault = setting !== undefined && this.#isRefused(setting);
        return {
          ...(attributeType === undefined ? {} : { attributeType }),
          attributeStatus: 'Rejected',
          component,
          variable,
          attributeStatusInfo: {
            reasonCode: isAtFault ? 'NotEnabled' : 'NotSent',
            additionalInfo: isAtFault ? KEPT : ALONE,
          },
        };
      }),
    };
  }
}

const AWAY = 'The station is controlled on its way to this CSMS.';
const KEPT = 'It is set by who controls the station on its way to this CSMS.';
const ALONE = 'It was not sent, for another one in the same message is refused: send it without that.';

function isTaken(frame: AnswerFrame | undefined, index: number): boolean {
  if (frame?.kind !== 'result') return false;
  const { payload } = frame;
  const { attributeStatus } = objectOf(listOf(payload.setVariableResult)[index]);
  const status = payload.status ?? attributeStatus;
  return status === 'Accepted' || status === 'RebootRequired';
}
