import type { Dialect } from '../ocpp/dialect.js';
import { type JsonObject, serialiseCall, serialiseError, serialiseResult } from '../ocpp/frame.js';
import { validateProfile } from '../profiles/index.js';
import type { ChargingProfile } from '../site/chargingProfile.js';
import type { Clock } from '../site/clock.js';
import type { CommandOutcome, StationCommand } from '../site/stationMessages.js';
import {
  CSMS_PROFILES_MAX,
  type CsmsProfile,
  isMaximum,
  profileIdOf,
  purposeOf,
  withUnsureProfile,
} from './csmsProfiles.js';
import { type CsmsRequest, readCsmsRequest } from './csmsRequests.js';
import { type Answers, CsmsSettings } from './csmsSettings.js';
import type { MergedProfiles } from './mergedProfiles.js';
import type { ProxyMemory } from './proxyMemory.js';
import { type AnswerFrame, RELAY_LIMITS, type RelayedCall } from './relayMessages.js';
import { profileReports } from './reportProfiles.js';
import { startProfileFor } from './startProfileFor.js';

export interface MediatorOptions {
  readonly dialect: Dialect;
  readonly clock: Clock;
  readonly memory: ProxyMemory;
  readonly merged: MergedProfiles;
  readonly credentials: 'passThrough' | 'replace';
  readonly answer: (call: RelayedCall, text: string) => void;
  readonly passOn: (call: RelayedCall, text: string) => void;
  readonly callCsms: (action: string, payload: object) => void;
  readonly report: (kind: 'handlerFailure', detail: string) => void;
  /** The CSMS gave the station another password, which it took. */
  readonly passwordChanged: (password: string) => void;
}

/** Calls that were passed on and whose answers may still come: as many as the relay knows, and those under way. */
const UNANSWERED_MAX = RELAY_LIMITS.givenUpMax + 1;
/** Of the CSMS's maxima at the station: none of the ids that ours have (src/profiles/compile.ts). */
const MAX_ID_BASE = 50;
const MAX_LEVELS = 50;

/** Serves what a CSMS asks about profiles and settings of its station, in the station's place or with it. */
export class Mediator {
  readonly #options: MediatorOptions;
  readonly #merged: MergedProfiles;
  readonly #settings: CsmsSettings;
  /** By call that was passed on: what is done once the station has answered, however late; or (undefined) once it is sure never to be sent. */
  readonly #whenEnded = new Map<string, (frame: AnswerFrame | undefined) => void>();
  /** Of the call that was passed on last: what is done once it is under way. */
  #whenLeft: { readonly callId: string; readonly run: () => void } | undefined;

  constructor(options: MediatorOptions) {
    this.#options = options;
    this.#merged = options.merged;
    this.#settings = new CsmsSettings({ ...options, couldNotKeep: () => this.#couldNotKeep() });
  }

  isInterposed(call: RelayedCall): boolean {
    return readCsmsRequest(call, this.#options.dialect.version) !== undefined;
  }

  /** A call of the CSMS whose turn it is. */
  async interposed(call: RelayedCall): Promise<void> {
    const { dialect, passOn, answer, report } = this.#options;
    const request = readCsmsRequest(call, dialect.version);
    try {
      if (request === undefined) passOn(call, call.text);
      else await this.#serve(call, request);
    } catch {
      report('handlerFailure', `${request?.kind ?? 'A call'} of its CSMS could not be handled.`);
      answer(
        call,
        serialiseError(call.id, dialect.errorCode('internal'), 'The service failed to handle this message.'),
      );
    }
  }

  /** A call of the CSMS that was passed on is under way. */
  left({ id }: RelayedCall): void {
    const left = this.#whenLeft;
    this.#whenLeft = undefined;
    if (left?.callId === id) left.run();
  }

  /** A call of the CSMS that was passed on was answered; undefined: it never left. */
  ended(call: RelayedCall, frame: AnswerFrame | undefined): void {
    const done = this.#whenEnded.get(call.id);
    this.#whenEnded.delete(call.id);
    done?.(frame);
  }

  /** A command of ours leaves: what goes in its place. */
  leaves(command: StationCommand): StationCommand {
    return command.type === 'changeConfiguration' ? this.#settings.made(command) : command;
  }

  /** What the station answered us of its settings. */
  read(outcome: CommandOutcome): void {
    if (outcome.outcome !== 'answered' || !('keys' in outcome.response)) return;
    for (const { key, value } of outcome.response.keys)
      if (value !== undefined) this.#settings.intervals.read(key, value);
  }

  /** A frame of the station's, as its CSMS is to read it. */
  asCsmsSees(text: string): string {
    return this.#settings.intervals.asCsmsSees(text);
  }

  async #serve(call: RelayedCall, request: CsmsRequest): Promise<void> {
    switch (request.kind) {
      case 'setProfile':
        await this.#set(call, request);
        return;
      case 'clearProfiles':
        await this.#clear(call, request.matches);
        return;
      case 'getProfiles':
        this.#report(call, request);
        return;
      case 'start':
        await this.#start(call, request);
        return;
      case 'signedProfiles':
        this.#answers(call).error(
          this.#options.dialect.errorCode('notSupported'),
          'The station takes this only unsigned.',
        );
        return;
      case 'settings':
      case 'networkProfile':
        this.#settings.serve(call, request, this.#answers(call));
        return;
    }
  }

  async #set(call: RelayedCall, { evseId, profile }: CsmsRequest & { kind: 'setProfile' }): Promise<void> {
    const standing = await this.#merged.standing();
    if (standing === 'later') {
      this.#askLater(call);
      return;
    }
    const isManaged = standing === 'managed';
    const refusal = this.#refusalOf({ evseId, profile }, 'set');
    if (refusal !== undefined && (isManaged || refusal === NO_ROOM)) {
      this.#refuse(call, refusal);
      return;
    }
    if (!isManaged || isMaximum(profile)) {
      await this.#putAtStation(call, { evseId, profile }, isManaged);
      return;
    }
    // What lay at the station directly, and could not be cleared yet, is still to be.
    const news = withUnsureProfile(this.#merged.csms, { evseId, profile }, this.#options.dialect.version);
    this.#answerWith(call, await this.#merged.apply(news, evseId));
  }

  /** It can not lift what ours allows, or there is nothing of ours. */
  async #putAtStation(call: RelayedCall, { evseId, profile }: CsmsProfile, isManaged: boolean): Promise<void> {
    const { dialect } = this.#options;
    const level = Math.min(MAX_LEVELS - 1, Math.max(0, Number(profile.stackLevel) || 0));
    const stationProfileId = isManaged ? MAX_ID_BASE + level : Number(profileIdOf(profile));
    const member = dialect.version === '1.6' ? 'csChargingProfiles' : 'chargingProfile';
    const payload = { ...call.payload, [member]: withId(profile, stationProfileId) };
    const text = isManaged ? serialiseCall(call.id, call.action, payload) : call.text;
    await this.#passOnSupposed(call, text, { evseId, profile, stationProfileId });
  }

  /** In the table before it leaves: an answer may be late, go astray or come after we are gone. */
  async #passOnSupposed(call: RelayedCall, text: string, one: CsmsProfile): Promise<void> {
    const supposed = await this.#merged.suppose(one);
    this.#whenLeft = { callId: call.id, run: () => supposed.left() };
    this.#answers(call).passOn(text, (frame) => {
      const isTaken = frame?.kind === 'result' && frame.payload.status === 'Accepted';
      (isTaken ? supposed.taken() : supposed.refused()).catch(() => this.#couldNotKeep());
    });
  }

  async #clear(call: RelayedCall, matches: (one: CsmsProfile) => boolean): Promise<void> {
    const { dialect, answer } = this.#options;
    const standing = await this.#merged.standing();
    if (standing === 'later') {
      this.#askLater(call);
      return;
    }
    const meant = this.#merged.csms.filter(matches);
    const without = () => this.#merged.csms.filter((one) => !meant.includes(one));
    if (standing === 'never') {
      this.#answers(call).passOn(call.text, (frame) => {
        if (frame?.kind === 'result') this.#merged.put(without()).catch(() => this.#couldNotKeep());
      });
      return;
    }
    for (const one of meant) {
      if (await this.#merged.clearAtStation(one)) continue;
      answer(call, serialiseError(call.id, dialect.errorCode('generic'), 'The station did not clear it.'));
      return;
    }
    // It was never more than a bound of ours, which are all still there.
    await this.#merged.put(without());
    this.#answers(call).answer({ status: meant.length === 0 ? 'Unknown' : 'Accepted' });
    await this.#merged.rewrite();
  }

  #report(call: RelayedCall, request: CsmsRequest & { kind: 'getProfiles' }): void {
    const { dialect, callCsms } = this.#options;
    const reports = profileReports(request, {
      csms: this.#merged.csms.filter(isCurrent),
      own: this.#merged.own.all,
      dialect,
    });
    this.#answers(call).answer({ status: reports.length === 0 ? 'NoProfiles' : 'Accepted' });
    for (const report of reports) callCsms('ReportChargingProfiles', report);
  }

  /** What comes with a start is lowered to what the station falls to: there is no transaction yet that anything was planned for. */
  async #start(call: RelayedCall, { evseId, profile }: CsmsRequest & { kind: 'start' }): Promise<void> {
    const standing = await this.#merged.standing();
    if (standing === 'later') {
      this.#askLater(call);
      return;
    }
    const awaiting: CsmsProfile = { evseId, profile, awaitsStartSinceMs: this.#options.clock.nowMs() };
    if (standing === 'never') {
      if (this.#merged.csms.length >= CSMS_PROFILES_MAX) {
        this.#refuse(call, NO_ROOM);
        return;
      }
      // As it is, and so it is there once the transaction has begun.
      await this.#passOnSupposed(call, call.text, { ...awaiting, stationProfileId: Number(profileIdOf(profile)) });
      return;
    }
    const refusal = this.#refusalOf({ evseId: Math.max(1, evseId), profile }, 'remoteStart');
    if (refusal !== undefined) {
      this.#refuse(call, refusal);
      return;
    }
    const { own } = this.#merged;
    const failsafe = own.find(0, 'TxDefaultProfile') ?? own.find(0, 'ChargingStationMaxProfile');
    const text = serialiseCall(call.id, call.action, this.#startPayload(call, awaiting, failsafe?.profile));
    await this.#passOnSupposed(call, text, awaiting);
  }

  /** Where the station chooses the EVSE there is no id that ours will have: it begins with what it falls to. */
  #startPayload({ payload }: RelayedCall, awaiting: CsmsProfile, failsafe: ChargingProfile | undefined): object {
    const { chargingProfile: _theirs, ...bare } = payload;
    if (awaiting.evseId === 0 || failsafe === undefined) return bare;
    const { dialect } = this.#options;
    return { ...bare, chargingProfile: startProfileFor(awaiting, failsafe, { merged: this.#merged, dialect }) };
  }

  #refusalOf({ evseId, profile }: CsmsProfile, origin: 'set' | 'remoteStart'): Refused | undefined {
    const { csms, transactions } = this.#merged;
    if (csms.length >= CSMS_PROFILES_MAX) return NO_ROOM;
    // Its limit may change at any moment without us: it can not be kept below ours.
    if (profile.chargingProfileKind === 'Dynamic')
      return { reasonCode: 'UnsupportedParam', rule: 'Dynamic is not merged' };
    if (purposeOf(profile) === 'ChargingStationExternalConstraints')
      return { reasonCode: 'InvalidProfile', rule: 'K01.FR.22' };
    const verdict = validateProfile({
      ocppVersion: this.#options.dialect.version,
      profile,
      evseId,
      station: {},
      transactions: transactions.running,
      installed: csms.filter(isCurrent),
      origin,
    });
    return verdict.accepted ? undefined : verdict;
  }

  #refuse(call: RelayedCall, { reasonCode, rule }: Refused): void {
    const info = { reasonCode: reasonCode.slice(0, 20), additionalInfo: rule.slice(0, 512) };
    const is16 = this.#options.dialect.version === '1.6';
    this.#answers(call).answer({ status: 'Rejected', ...(is16 ? {} : { statusInfo: info }) });
  }

  #answerWith(call: RelayedCall, outcome: CommandOutcome): void {
    const { dialect } = this.#options;
    const answers = this.#answers(call);
    if (outcome.outcome === 'answered' && 'status' in outcome.response)
      answers.answer({ status: outcome.response.status });
    else if (outcome.outcome === 'error') answers.error(outcome.code, outcome.description);
    else answers.error(dialect.errorCode('generic'), 'The station gave no answer; what it had before holds.');
  }

  /** Until the station has taken what its site counts on, a profile of the CSMS could lie over nothing. */
  #askLater(call: RelayedCall): void {
    const code = this.#options.dialect.errorCode('generic');
    this.#answers(call).error(
      code,
      'The station has come again, and is not under the limits of its site yet: ask later.',
    );
  }

  #couldNotKeep(): void {
    this.#options.report('handlerFailure', 'What its CSMS has set could not be stored.');
  }

  #answers(call: RelayedCall): Answers {
    const { answer, passOn } = this.#options;
    return {
      answer: (payload) => answer(call, serialiseResult(call.id, JSON.stringify(payload))),
      error: (code, description) => answer(call, serialiseError(call.id, code, description)),
      passOn: (text, whenEnded) => {
        this.#whenEnded.delete(call.id);
        this.#whenEnded.set(call.id, whenEnded);
        for (const oldest of this.#whenEnded.keys()) {
          if (this.#whenEnded.size <= UNANSWERED_MAX) break;
          this.#whenEnded.delete(oldest);
        }
        passOn(call, text);
      },
    };
  }
}

interface Refused {
  readonly reasonCode: string;
  readonly rule: string;
}

const NO_ROOM: Refused = { reasonCode: 'TooManyElements', rule: 'there is no room for more' };

function isCurrent({ isReplaced }: CsmsProfile): boolean {
  return isReplaced !== true;
}

function withId(profile: JsonObject, id: number): JsonObject {
  return 'chargingProfileId' in profile ? { ...profile, chargingProfileId: id } : { ...profile, id };
}
