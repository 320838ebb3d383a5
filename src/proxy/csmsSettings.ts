import type { Dialect } from '../ocpp/dialect.js';
import type { StationCommand } from '../site/stationMessages.js';
import { type CsmsRequest, listOf, objectOf, type Setting } from './csmsRequests.js';
import type { AnswerFrame, RelayedCall } from './relayMessages.js';

/** How a call of the CSMS ends: here, or at the station. */
export interface Answers {
  readonly answer: (payload: object) => void;
  readonly error: (code: string, description: string) => void;
  readonly passOn: (text: string, whenAnswered: (frame: AnswerFrame) => void) => void;
}

interface CsmsSettingsOptions {
  readonly dialect: Dialect;
  readonly credentials: 'passThrough' | 'replace';
  readonly passwordChanged: (password: string) => void;
}

const PASSWORD_KEY = /^(AuthorizationKey|SecurityCtrlr\.BasicAuthPassword)$/i;
/** What would lead the station past us, or have it keep to no limit. */
const NEVER = /^(OCPPCommCtrlr\.NetworkConfigurationPriority|SmartChargingCtrlr\.Enabled)$/i;

/**
 * Settings that a CSMS makes at its station. What the site meters by is the site's once it has set it, and refused to the CSMS: to say
 * yes and not do it, or to do it and be blind, would both be wrong.
 */
export class CsmsSettings {
  readonly #options: CsmsSettingsOptions;
  /** What we have set, by key in small letters. */
  readonly #ours = new Set<string>();

  constructor(options: CsmsSettingsOptions) {
    this.#options = options;
  }

  /** A setting of ours leaves. */
  made(command: StationCommand & { readonly type: 'changeConfiguration' }): void {
    this.#ours.add(command.key.toLowerCase());
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
    const password = settings.find(({ key }) => PASSWORD_KEY.test(key));
    answers.passOn(call.text, (frame) => {
      if (password !== undefined && isTaken(frame, settings.indexOf(password)))
        this.#options.passwordChanged(password.value);
    });
  }

  #isRefused({ key, value }: Setting): boolean {
    // To the CSMS the station comes with a password that is not its own: what it sets is not what it is shown.
    if (PASSWORD_KEY.test(key)) return this.#options.credentials === 'replace';
    if (NEVER.test(key)) return !(/Enabled$/i.test(key) && value.trim().toLowerCase() === 'true');
    return this.#ours.has(key.toLowerCase());
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

function isTaken(frame: AnswerFrame, index: number): boolean {
  if (frame.kind !== 'result') return false;
  const { payload } = frame;
  const { attributeStatus } = objectOf(listOf(payload.setVariableResult)[index]);
  const status = payload.status ?? attributeStatus;
  return status === 'Accepted' || status === 'RebootRequired';
}
