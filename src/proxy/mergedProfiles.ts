import type { Dialect } from '../ocpp/dialect.js';
import type { ChargingProfile } from '../site/chargingProfile.js';
import type { Clock } from '../site/clock.js';
import type { CommandOutcome, StationCommand, StationRequest } from '../site/stationMessages.js';
import { clearingOf } from './clearingOf.js';
import {
  afterTransaction,
  atTransactionStart,
  type CsmsProfile,
  type CsmsProfiles,
  isAwaited,
  isMaximum,
  type RunningTransaction,
  withUnsureProfile,
} from './csmsProfiles.js';
import { type LimitNews, LimitsForCsms, limitNews } from './limitsTold.js';
import { type LoweringContext, lowered } from './lowered.js';
import type { OwnProfile, OwnProfiles } from './ownProfiles.js';
import type { ProxyMemory } from './proxyMemory.js';
import type { AnswerFrame, RelayedCall } from './relayMessages.js';
import { StationTransactions } from './stationTransactions.js';

export interface MergedProfilesOptions {
  readonly dialect: Dialect;
  readonly clock: Clock;
  readonly profiles: OwnProfiles;
  readonly memory: ProxyMemory;
  /** Phase to neutral, where watts meet amperes. */
  readonly voltageV: number;
  /** A command of ours that goes to the station as its CSMS's would: in its turn. */
  readonly callStation: (command: StationCommand) => Promise<CommandOutcome>;
  /** In the name of the station. */
  readonly callCsms: (action: string, payload: object) => void;
  readonly tellSite: (request: StationRequest) => void;
}

/** The same again is written no more often: stations keep some profiles in flash. */
const ASSERTED_MS = 10_000;
const PHASES = 3;
const ACCEPTED: CommandOutcome = { outcome: 'answered', response: { status: 'Accepted' } };
const PERIODS_KEYS = ['ChargingScheduleMaxPeriods', 'SmartChargingCtrlr.PeriodsPerSchedule'];

/** A call of the CSMS that waits for longer is given up by many. */
const STANDING_WITHIN_MS = 15_000;

type SetCommand = StationCommand & { readonly type: 'setChargingProfile' };

/**
 * Whose limits a station keeps to: those of its site too; the CSMS's alone, for the site has set none; or ('later') it is not known to
 * have taken anew, on this connection, what its site counts on.
 */
export type Standing = 'managed' | 'never' | 'later';

/** A profile of the CSMS that is on its way to the station as it is. */
export interface Supposed {
  /** Whatever is sent from now on comes after it. */
  left(): void;
  taken(): Promise<void>;
  refused(): Promise<void>;
}

/**
 * What a station holds between its site and its CSMS: ours alone, lowered to what the CSMS's profiles allow; and the CSMS's maxima, which
 * can only lower. So neither lifts what the other has set.
 */
export class MergedProfiles {
  readonly transactions: StationTransactions;
  readonly #options: MergedProfilesOptions;
  readonly #forCsms: LimitsForCsms;
  /** Commands that say again what is there, whatever that is by the time that they leave. */
  readonly #again = new WeakMap<StationCommand, OwnProfile>();
  /** Commands that clear what the CSMS has put there: none of them is about ours. */
  readonly #clears = new WeakMap<StationCommand, CsmsProfile>();
  readonly #assertedMs = new Map<string, number>();
  /** Of the table, what has not left yet: it would come after whatever clears it. */
  readonly #unsent = new Set<CsmsProfile>();
  #csms: CsmsProfiles;
  #told: ReadonlyMap<number, LimitNews> = new Map();
  #maxPeriods: number | 'unknown' = 'unknown';
  #whenManaged: ((standing: Standing) => void)[] = [];

  constructor(options: MergedProfilesOptions) {
    const { memory, dialect } = options;
    this.#options = options;
    this.#csms = memory.kept.profiles;
    this.transactions = new StationTransactions(dialect.version, memory.kept.transactions);
    this.#forCsms = new LimitsForCsms(options.callCsms);
  }

  get csms(): CsmsProfiles {
    return this.#csms;
  }

  get own(): OwnProfiles {
    return this.#options.profiles;
  }

  /** What the station says to its CSMS: of transactions and EVSEs, which profiles are about. */
  heard(call: RelayedCall, answer?: AnswerFrame): void {
    const evsesBefore = this.transactions.evseIds.length;
    const { began, ended } = this.transactions.hear(call, answer);
    if (call.action === 'BootNotification' && answer === undefined) this.own.transactionsOver('all');
    if (began === undefined && ended === undefined) {
      if (this.transactions.evseIds.length > evsesBefore) this.#tellSite();
      return;
    }
    const before = this.#csms;
    if (ended !== undefined) {
      this.own.transactionsOver(ended);
      this.#csms = afterTransaction(this.#csms, ended);
    }
    if (began !== undefined) this.#csms = atTransactionStart(this.#csms, began, this.#options.clock.nowMs());
    void this.#save().catch(() => undefined);
    this.#tellSite();
    // It came with the start, from before there was anything of ours: now it can be taken away.
    if (began !== undefined && this.own.all.length > 0) void this.adopt().catch(() => undefined);
    if (this.#csms !== before) void this.rewrite();
    if (ended !== undefined) this.#tellCsmsOf(ended);
  }

  /** What goes to the station in the place of a command of ours; undefined where it has nothing to say any more. */
  instead(command: StationCommand): StationCommand | undefined {
    const again = this.#again.get(command);
    if (again !== undefined) {
      const now = this.own.find(again.evseId, again.profile.purpose);
      return now === undefined ? undefined : this.#setting(now, command);
    }
    if (command.type === 'setChargingProfile') return this.#setting(command, command);
    const theirs = this.#clears.get(command);
    if (theirs !== undefined) return clearingOf(theirs, this.own);
    if (command.type !== 'remoteStart' || command.profile === undefined) return command;
    return { ...command, profile: lowered(command.profile, command.evseId, this.#csms, this.context()) };
  }

  /** At once, before anything else leaves. */
  settled(command: StationCommand, outcome: CommandOutcome): void {
    if (command.type === 'setChargingProfile') {
      this.own.settled(command, outcome);
      if (this.own.all.length > 0) this.#stand('managed');
      if (command.profile.purpose === 'TxProfile' && !this.#again.has(command)) this.#tellCsmsOf(command.evseId);
    }
    const isOfOurs = command.type === 'clearChargingProfile' && !this.#clears.has(command);
    if (isOfOurs && isAccepted(outcome)) this.own.cleared(command);
    if (outcome.outcome === 'answered' && 'keys' in outcome.response) this.#read(outcome.response.keys);
  }

  /** Now, or once the station has taken the first profile of ours on this connection. */
  async standing(): Promise<Standing> {
    if (this.own.all.length > 0) return 'managed';
    if (this.#options.memory.kept.isManaged !== true) return 'never';
    return new Promise((resolve) => {
      const settle = (standing: Standing): void => {
        cancel();
        this.#whenManaged = this.#whenManaged.filter((other) => other !== settle);
        resolve(standing);
      };
      const cancel = this.#options.clock.after(STANDING_WITHIN_MS, () => settle('later'));
      this.#whenManaged.push(settle);
    });
  }

  /** The connection is gone. */
  end(): void {
    this.#stand('later');
  }

  /**
   * Once a profile of ours is there, those that the CSMS put there directly go. False: they may still be there, are about to be sent, or
   * come with a start that was asked for.
   */
  async adopt(): Promise<boolean> {
    await this.#options.memory.save({ isManaged: true });
    const direct = this.#csms.filter((one) => one.stationProfileId !== undefined && !isMaximum(one.profile));
    if (direct.length === 0) return true;
    let isAlone = true;
    for (const one of direct) {
      if (this.#unsent.has(one)) {
        isAlone = false;
        continue;
      }
      if (one.awaitsStartSinceMs !== undefined) {
        if (isAwaited(one, this.#options.clock.nowMs())) isAlone = false;
        else this.#csms = this.#csms.filter((known) => known !== one);
        continue;
      }
      if (!(await this.clearAtStation(one))) return false;
      this.#csms = this.#csms.flatMap((known) => (known === one ? withoutPlace(one) : [known]));
    }
    await this.#save();
    return isAlone;
  }

  /**
   * Before it leaves: whatever becomes of its answer, it may be there, and so may what it replaces until the station has taken it. That
   * is there again if the station refuses it.
   */
  async suppose(one: CsmsProfile): Promise<Supposed> {
    const nowMs = this.#options.clock.nowMs();
    // Starts that never came leave no trace.
    const before = this.#csms.filter((known) => known.awaitsStartSinceMs === undefined || isAwaited(known, nowMs));
    const news = withUnsureProfile(before, one, this.#options.dialect.version);
    const replaced = before.filter((known) => !news.includes(known));
    const isReplaced = ({ profile }: CsmsProfile) => replaced.some((known) => known.profile === profile);
    this.#csms = news;
    this.#unsent.add(one);
    try {
      await this.#save();
    } catch (error) {
      this.#unsent.delete(one);
      this.#csms = before;
      throw error;
    }
    return {
      left: () => {
        this.#unsent.delete(one);
        // Ours has come meanwhile.
        if (this.own.all.length > 0) void this.adopt().catch(() => undefined);
      },
      taken: async () => {
        // A start that was taken has replaced nothing yet.
        if (one.awaitsStartSinceMs === undefined && this.#csms.some(isReplaced)) {
          this.#csms = this.#csms.filter((known) => !isReplaced(known));
          await this.#save();
        }
        this.#tellSite();
      },
      refused: async () => {
        this.#unsent.delete(one);
        // By its profile: what was cleared at the station meanwhile is another entry.
        const isIt = ({ profile }: CsmsProfile) => profile === one.profile;
        if (!this.#csms.some(isIt)) return;
        this.#csms = [...this.#csms.filter((known) => !isIt(known) && !isReplaced(known)), ...replaced];
        await this.#save();
        this.#tellSite();
      },
    };
  }

  /** A connection begins: its site may not know what the CSMS allows, or still think that it does. */
  begin(): void {
    if (this.#csms.length === 0) this.#options.tellSite({ type: 'chargingLimitCleared', source: 'CSO' });
    this.#tellSite();
  }

  /** What recurs is told as far ahead as is planned, and what begins later is looked at by then. */
  refresh(): void {
    this.#told = new Map([...this.#told].map(([evseId, news]) => [evseId, { ...news, mark: 'old' }]));
    this.#tellSite();
    void this.rewrite();
  }

  /** Writes what changes by another table; the station's own answers decide whether it holds. */
  async apply(news: CsmsProfiles, evseId: number): Promise<CommandOutcome> {
    const before = this.#csms;
    this.#csms = news;
    const written: OwnProfile[] = [];
    let last: CommandOutcome | undefined;
    for (const own of this.#changed()) {
      last = await this.#write(own);
      written.push(own);
      if (isAccepted(last)) continue;
      // What has ended meanwhile is in neither.
      this.#csms = this.#csms === news ? before : this.#csms.filter((one) => before.includes(one));
      for (const one of written) await this.#write(one);
      return last;
    }
    const outcome = last ?? (await this.#assertAgain(evseId));
    await this.#save();
    this.#tellSite();
    return outcome;
  }

  /** Of a table that the station need not be asked about: ours lie below both. */
  async put(news: CsmsProfiles): Promise<void> {
    this.#csms = news;
    this.#tellSite();
    await this.#save();
  }

  /** Ours, as the table allows them now. */
  async rewrite(): Promise<void> {
    for (const own of this.#changed()) await this.#write(own);
  }

  /** What the station falls to, said once more before it is left alone. */
  async assertFailsafe(): Promise<void> {
    for (const own of this.own.all) if (own.evseId === 0) await this.#write(own);
  }

  /** False: it may still be there. Also where the station answers with an error: that does not say that it is gone. */
  async clearAtStation(one: CsmsProfile): Promise<boolean> {
    const command = clearingOf(one, this.own);
    if (command === undefined) return true;
    this.#clears.set(command, one);
    const { outcome } = await this.#options.callStation(command);
    return outcome === 'answered';
  }

  #stand(standing: Standing): void {
    for (const settle of this.#whenManaged) settle(standing);
  }

  context(transactions: readonly RunningTransaction[] = this.transactions.running): LoweringContext {
    const { dialect, clock, voltageV } = this.#options;
    return {
      ocppVersion: dialect.version,
      transactions,
      voltageV,
      phases: PHASES,
      nowMs: clock.nowMs(),
      maxPeriods: this.#maxPeriods,
    };
  }

  #changed(): readonly OwnProfile[] {
    const context = this.context();
    return this.own.all.filter(
      ({ profile, written, evseId }) => !isSame(lowered(profile, evseId, this.#csms, context), written),
    );
  }

  /** What the CSMS allows changes nothing of ours: it is said again, so that the station answers for itself. */
  async #assertAgain(evseId: number): Promise<CommandOutcome> {
    const [own] = this.own.concerning(evseId).toSorted((a, b) => b.evseId - a.evseId);
    if (own === undefined) return ACCEPTED;
    const key = `${own.evseId} ${own.profile.purpose}`;
    const nowMs = this.#options.clock.nowMs();
    if (nowMs - (this.#assertedMs.get(key) ?? Number.NEGATIVE_INFINITY) < ASSERTED_MS) return ACCEPTED;
    this.#assertedMs.set(key, nowMs);
    return this.#write(own);
  }

  #write(own: OwnProfile): Promise<CommandOutcome> {
    const command: StationCommand = { type: 'setChargingProfile', evseId: own.evseId, profile: own.profile };
    this.#again.set(command, own);
    return this.#options.callStation(command);
  }

  #setting({ evseId, profile }: Pick<SetCommand, 'evseId' | 'profile'>, by: StationCommand): StationCommand {
    const written = lowered(profile, evseId, this.#csms, this.context());
    this.own.sent({ evseId, profile, written }, by);
    return { type: 'setChargingProfile', evseId, profile: written };
  }

  #read(keys: readonly { readonly key: string; readonly value?: string }[]): void {
    for (const { key, value } of keys) {
      const most = Number(value);
      if (PERIODS_KEYS.includes(key) && Number.isInteger(most) && most >= 1) this.#maxPeriods = most;
    }
  }

  #tellSite(): void {
    const news = limitNews(this.#csms, [0, ...this.transactions.evseIds], this.context());
    for (const [evseId, { request, mark }] of news) {
      const told = this.#told.get(evseId);
      // What was never told need not be taken back.
      if (told?.mark !== mark && (told !== undefined || request.type === 'chargingLimit'))
        this.#options.tellSite(request);
    }
    this.#told = news;
  }

  /** OCPP 2.x: what limits a transaction beside its CSMS. */
  #tellCsmsOf(evseId: number): void {
    const { dialect, clock } = this.#options;
    if (dialect.version !== '1.6') this.#forCsms.tell(evseId, this.own.find(evseId, 'TxProfile'), clock.nowMs());
  }

  async #save(): Promise<void> {
    await this.#options.memory.save({ profiles: this.#csms, transactions: this.transactions.running });
  }
}

function isAccepted(outcome: CommandOutcome): boolean {
  return outcome.outcome === 'answered' && 'status' in outcome.response && outcome.response.status === 'Accepted';
}

/** It is not at the station any more; of what was replaced nothing is left. */
function withoutPlace({ stationProfileId: _gone, ...one }: CsmsProfile): CsmsProfiles {
  return one.isReplaced === true ? [] : [one];
}

function isSame(a: ChargingProfile, b: ChargingProfile): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
