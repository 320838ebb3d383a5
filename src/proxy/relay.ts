import { type Frame, parseFrame, serialiseError, UNREADABLE_ID } from '../ocpp/frame.js';
import { Gate, type Pending } from './gate.js';
import {
  type Effect,
  type Flaw,
  type Leg,
  type OwnCall,
  RELAY_LIMITS,
  type RelayedCall,
  type RelayLimits,
  type RelayOptions,
} from './relayMessages.js';

interface Waiting<T> {
  readonly item: T;
  readonly sinceMs: number;
}

type Relayed = { readonly origin: 'relayed'; readonly call: RelayedCall; readonly epoch: number };

const OTHER: Readonly<Record<Leg, Leg>> = { station: 'upstream', upstream: 'station' };

/** Ids of answers that the other side may call unreadable (CALLRESULTERROR). */
const ANSWERED_MAX = 16;

/**
 * Between a station and its CSMS: what each says goes to the other as it came, one call at a time in each direction, and in the order
 * in which it came; calls of our own go between, and their answers end here. A state machine without sockets and clocks: each step says
 * what is to be done.
 */
export class Relay {
  readonly #options: RelayOptions;
  readonly #limits: RelayLimits;
  readonly #gates: Readonly<Record<Leg, Gate>>;
  /** Calls of the CSMS, for the station. */
  #csmsCalls: Waiting<RelayedCall>[] = [];
  /** Calls of the station, for the CSMS. */
  #stationCalls: RelayedCall[] = [];
  #own: Record<OwnCall['lane'], Waiting<OwnCall>[]> = { lowering: [], forCsms: [], other: [] };
  #ownUpstream: OwnCall[] = [];
  /** The call of the CSMS that is being interpreted: those behind it wait. */
  #interposed: RelayedCall | undefined;
  /** It was interposed, and goes to the station next. */
  #passedOn: RelayedCall | undefined;
  /** Calls of the station that are answered here. */
  readonly #local = new Map<string, RelayedCall>();
  /** Whose answers were passed on lately, by the side that gave them. */
  readonly #answered: Record<Leg, string[]> = { station: [], upstream: [] };
  #upstream: { isUp: boolean; epoch: number } = { isUp: true, epoch: 0 };
  #hasEnded = false;
  #effects: Effect[] = [];

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#limits = { ...RELAY_LIMITS, ...options.limits };
    this.#gates = { station: new Gate(this.#limits.givenUpMax), upstream: new Gate(this.#limits.givenUpMax) };
  }

  received(by: Leg, text: string, nowMs: number): readonly Effect[] {
    const frame = parseFrame(text);
    switch (frame.kind) {
      case 'call':
        this.#called(by, { ...frame, text, receivedMs: nowMs }, nowMs);
        break;
      case 'result':
      case 'error':
      case 'malformedAnswer':
        this.#answer(by, frame, text);
        break;
      case 'send':
      case 'resultError':
        this.#oneWay(by, frame, text, nowMs);
        break;
      case 'malformedCall':
        this.#refuse(by, frame.id, 'formation', frame.reason);
        this.#flaw(by, 'malformedFrame', frame.reason);
        break;
      case 'unreadable':
        this.#unreadable(by, frame.reason);
        break;
    }
    return this.#done();
  }

  /** What is no text at all. */
  receivedBinary(by: Leg): readonly Effect[] {
    this.#unreadable(by, 'The frame is binary; OCPP-J is text.');
    return this.#done();
  }

  /** A call of our own to the station. */
  inject(call: OwnCall, nowMs: number): readonly Effect[] {
    const lane = this.#own[call.lane];
    if (this.#hasEnded) this.#settle(call, { outcome: 'notSent', reason: 'offline' });
    else if (lane.length >= this.#limits.ownWaitingMax) this.#settle(call, { outcome: 'notSent', reason: 'queueFull' });
    else lane.push({ item: call, sinceMs: nowMs });
    return this.#done();
  }

  /** A call of our own to the CSMS, in the name of its station. */
  injectUpstream(call: OwnCall): readonly Effect[] {
    if (this.#hasEnded) this.#settle(call, { outcome: 'notSent', reason: 'offline' });
    else if (this.#ownUpstream.length >= this.#limits.ownWaitingMax)
      this.#settle(call, { outcome: 'notSent', reason: 'queueFull' });
    else this.#ownUpstream.push(call);
    return this.#done();
  }

  /** Ends a call that was given out as interposed. Of one that is of an earlier connection nothing is said any more. */
  answerCsms(call: RelayedCall, text: string): readonly Effect[] {
    if (this.#interposed === call) {
      this.#interposed = undefined;
      this.#send('upstream', text);
    }
    return this.#done();
  }

  /** The call that was given out as interposed goes to the station after all, in these words and under its own id. */
  passOn(call: RelayedCall, text: string, nowMs: number): readonly Effect[] {
    if (this.#interposed !== call) {
      this.#effects.push({ type: 'unsent', call });
      return this.#done();
    }
    this.#interposed = undefined;
    // It was its turn: nothing of the CSMS's goes before it, and what it waited for counts.
    this.#passedOn = { ...call, text };
    this.#csmsCalls.unshift({ item: this.#passedOn, sinceMs: nowMs });
    return this.#done();
  }

  /** Answers a call of the station that was given out as local, or that nobody else answers now. */
  answerStation(call: RelayedCall, text: string): readonly Effect[] {
    if (this.#local.get(call.id) === call) {
      this.#local.delete(call.id);
      this.#send('station', text);
    }
    return this.#done();
  }

  /** To be called at the latest at nextMs. */
  tick(nowMs: number): readonly Effect[] {
    for (const leg of ['station', 'upstream'] as const) {
      const { pending } = this.#gates[leg];
      if (pending === undefined || pending.deadlineMs > nowMs) continue;
      this.#gates[leg].giveUp();
      if (pending.what.origin === 'own') this.#settle(pending.what.call, { outcome: 'unknown', reason: 'timeout' });
    }
    this.#refuseOverdue(nowMs);
    return this.#done();
  }

  /** When something happens by itself. */
  get nextMs(): number | undefined {
    const instants = [this.#gates.station.pending?.deadlineMs, this.#gates.upstream.pending?.deadlineMs].filter(
      (ms) => ms !== undefined,
    );
    const [first] = this.#csmsCalls;
    if (first !== undefined) instants.push(first.sinceMs + this.#limits.csmsWaitsMaxMs);
    return instants.length === 0 ? undefined : Math.min(...instants);
  }

  /** Nothing is under way in either direction. */
  get isIdle(): boolean {
    return this.#gates.station.pending === undefined && this.#gates.upstream.pending === undefined;
  }

  /** Calls of our own that have not left do not leave any more. */
  refuseOwn(): readonly Effect[] {
    const waiting = [...this.#own.lowering, ...this.#own.forCsms, ...this.#own.other];
    this.#own = { lowering: [], forCsms: [], other: [] };
    for (const { item } of waiting) this.#settle(item, { outcome: 'notSent', reason: 'offline' });
    return this.#done();
  }

  /**
   * Both sockets are gone, or speak for the station no more. What is under way may have been carried out; what is injected from now on
   * is settled at once.
   */
  end(): readonly Effect[] {
    this.#hasEnded = true;
    this.#forgetCsms();
    this.#stationCalls = [];
    for (const leg of ['station', 'upstream'] as const) {
      const what = this.#gates[leg].pending?.what;
      this.#gates[leg].clear();
      if (what?.origin === 'own') this.#settle(what.call, { outcome: 'unknown', reason: 'connectionLost' });
    }
    for (const call of this.#ownUpstream) this.#settle(call, { outcome: 'notSent', reason: 'offline' });
    this.#ownUpstream = [];
    return this.refuseOwn();
  }

  /**
   * The CSMS is gone while the station stays: what the CSMS asked is asked by nobody any more; what the station asked waits, and is
   * asked again, for it is not known whether it was heard.
   */
  upstreamLost(): readonly Effect[] {
    this.#forgetCsms();
    this.#answered.station = [];
    const pending = this.#gates.upstream.pending?.what;
    this.#gates.upstream.clear();
    if (pending?.origin === 'relayed') this.#stationCalls.unshift(pending.call);
    if (pending?.origin === 'own') this.#settle(pending.call, { outcome: 'unknown', reason: 'connectionLost' });
    for (const call of this.#ownUpstream) this.#settle(call, { outcome: 'notSent', reason: 'offline' });
    this.#ownUpstream = [];
    return this.#done();
  }

  upstreamBack(): readonly Effect[] {
    this.#upstream = { ...this.#upstream, isUp: true };
    return this.#done();
  }

  /** Calls of the station that wait while the CSMS is gone, to be answered here: `answerStation` follows. */
  takeStationCalls(): readonly RelayedCall[] {
    const calls = this.#stationCalls;
    this.#stationCalls = [];
    for (const call of calls) this.#local.set(call.id, call);
    return calls;
  }

  /** What it asked and was not sent is asked by nobody any more. */
  #forgetCsms(): void {
    this.#upstream = { isUp: false, epoch: this.#upstream.epoch + 1 };
    this.#unsent(this.#csmsCalls);
    this.#csmsCalls = [];
    this.#interposed = undefined;
  }

  /** Of those that never were their turn nobody expects anything. */
  #unsent(calls: readonly Waiting<RelayedCall>[]): void {
    const passedOn = this.#passedOn;
    if (passedOn === undefined || !calls.some(({ item }) => item === passedOn)) return;
    this.#passedOn = undefined;
    this.#effects.push({ type: 'unsent', call: passedOn });
  }

  #called(by: Leg, call: RelayedCall, nowMs: number): void {
    if (by === 'station' && this.#options.isLocal(call)) {
      this.#local.set(call.id, call);
      this.#effects.push({ type: 'local', call });
      return;
    }
    const waiting = by === 'station' ? this.#stationCalls : this.#csmsCalls;
    if (waiting.length >= this.#limits.waitingMax) {
      this.#refuse(by, call.id, 'generic', 'Too many calls wait for an answer.');
      this.#flaw(by, 'tooManyCalls', 'Calls were refused because too many waited; OCPP allows one at a time.');
      return;
    }
    if (by === 'station') this.#stationCalls.push(call);
    else this.#csmsCalls.push({ item: call, sinceMs: nowMs });
  }

  #answer(by: Leg, frame: Extract<Frame, { kind: 'result' | 'error' | 'malformedAnswer' }>, text: string): void {
    const gate = this.#gates[by];
    const taken = frame.id === undefined ? undefined : gate.take(frame.id);
    if (taken === undefined) {
      this.#flaw(by, 'unsolicitedAnswer', 'An answer came to a call that nobody made; it was ignored.');
      return;
    }
    const { what, isLate } = taken;
    if (what.origin === 'own') {
      if (isLate) this.#flaw(by, 'lateAnswer', 'An answer came after its call was given up; it was ignored.');
      else if (frame.kind === 'malformedAnswer') {
        this.#flaw(by, 'malformedAnswer', frame.reason);
        this.#settle(what.call, { outcome: 'unknown', reason: 'malformedAnswer' });
      } else this.#settle(what.call, { outcome: 'answered', frame });
      return;
    }
    const to = OTHER[by];
    // The one who asked may be gone, and whoever came after it did not ask this: it is heard here, and goes no further.
    if (to === 'upstream' && what.epoch !== this.#upstream.epoch) {
      if (frame.kind !== 'malformedAnswer') this.#effects.push({ type: 'answered', by, call: what.call, frame });
      return;
    }
    if (frame.kind === 'malformedAnswer') {
      this.#flaw(by, 'malformedAnswer', frame.reason);
      this.#refuse(to, what.call.id, 'formation', frame.reason);
      return;
    }
    this.#send(to, this.#wordedFor(to, text));
    this.#remember(by, what.call.id);
    this.#effects.push({ type: 'answered', by, call: what.call, frame });
  }

  #oneWay(by: Leg, frame: Extract<Frame, { kind: 'send' | 'resultError' }>, text: string, nowMs: number): void {
    if (!this.#options.hasOneWayMessages) {
      this.#unreadable(by, 'The message type is none of 2, 3 and 4.');
      return;
    }
    const to = OTHER[by];
    if (frame.kind === 'send') {
      this.#send(to, text);
      this.#effects.push({ type: 'told', by, call: { ...frame, text, receivedMs: nowMs } });
      return;
    }
    // About an answer of ours there is nobody else to tell.
    if (this.#answered[to].includes(frame.id)) this.#send(to, text);
    else this.#flaw(by, 'unsolicitedAnswer', 'It could not read an answer that nobody else gave.');
  }

  #remember(by: Leg, id: string): void {
    const ids = this.#answered[by];
    ids.push(id);
    if (ids.length > ANSWERED_MAX) ids.shift();
  }

  #unreadable(by: Leg, reason: string): void {
    this.#refuse(by, UNREADABLE_ID, 'frame', reason);
    this.#flaw(by, 'malformedFrame', reason);
  }

  #refuse(to: Leg, id: string, kind: keyof RelayOptions['errorCodes'], description: string): void {
    this.#send(to, serialiseError(id, this.#options.errorCodes[kind], description));
  }

  #refuseOverdue(nowMs: number): void {
    const overdue = this.#csmsCalls.filter(({ sinceMs }) => sinceMs + this.#limits.csmsWaitsMaxMs <= nowMs);
    if (overdue.length === 0) return;
    this.#csmsCalls = this.#csmsCalls.filter((waiting) => !overdue.includes(waiting));
    this.#unsent(overdue);
    for (const { item } of overdue)
      this.#refuse('upstream', item.id, 'generic', 'The station was busy; this was not sent to it, and will not be.');
  }

  /**
   * Sends what may leave now. To be called once the effects of a step were carried out: what the next message says may follow from them.
   */
  pump(nowMs: number): readonly Effect[] {
    this.#refuseOverdue(nowMs);
    this.#nextToStation(nowMs);
    this.#nextToUpstream(nowMs);
    return this.#done();
  }

  #done(): readonly Effect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  /** One step: what has nothing to say is settled, and the next is tried by the next pump. */
  #nextToStation(nowMs: number): void {
    if (this.#gates.station.pending !== undefined) return;
    const own = this.#own.lowering.shift() ?? this.#aged(nowMs) ?? this.#own.forCsms.shift();
    if (own !== undefined) {
      this.#sendOwn('station', own.item, nowMs);
      return;
    }
    const next = this.#interposed === undefined ? this.#csmsCalls.shift()?.item : undefined;
    if (next === undefined) {
      const other = this.#own.other.shift();
      if (other !== undefined) this.#sendOwn('station', other.item, nowMs);
      return;
    }
    if (next !== this.#passedOn && this.#options.isInterposed(next)) {
      this.#interposed = next;
      this.#effects.push({ type: 'interposed', call: next });
      return;
    }
    this.#sendRelayed('station', next, nowMs);
    if (next === this.#passedOn) this.#effects.push({ type: 'left', call: next });
    this.#passedOn = undefined;
  }

  #aged(nowMs: number): Waiting<OwnCall> | undefined {
    const [oldest] = this.#own.other;
    if (oldest === undefined || oldest.sinceMs + this.#limits.ageingMs > nowMs) return undefined;
    return this.#own.other.shift();
  }

  #nextToUpstream(nowMs: number): void {
    if (!this.#upstream.isUp || this.#gates.upstream.pending !== undefined) return;
    const call = this.#stationCalls.shift();
    if (call !== undefined) {
      this.#sendRelayed('upstream', call, nowMs);
      this.#effects.push({ type: 'asked', call });
      return;
    }
    const own = this.#ownUpstream.shift();
    if (own !== undefined) this.#sendOwn('upstream', own, nowMs);
  }

  #sendRelayed(to: Leg, call: RelayedCall, nowMs: number): void {
    const { stationAnswersWithinMs, csmsAnswersWithinMs } = this.#limits;
    const withinMs = to === 'station' ? stationAnswersWithinMs : csmsAnswersWithinMs;
    const what: Relayed = { origin: 'relayed', call, epoch: this.#upstream.epoch };
    this.#gates[to].occupy({ id: call.id, deadlineMs: nowMs + withinMs, what });
    this.#send(to, this.#wordedFor(to, call.text));
  }

  #wordedFor(to: Leg, text: string): string {
    return to === 'upstream' ? (this.#options.forCsms?.(text) ?? text) : text;
  }

  #sendOwn(to: Leg, call: OwnCall, nowMs: number): void {
    const id = this.#options.newId();
    const text = call.write(id);
    if (text === undefined) {
      this.#settle(call, { outcome: 'notSent', reason: 'offline' });
      return;
    }
    const pending: Pending = { id, deadlineMs: nowMs + call.timeoutMs, what: { origin: 'own', call } };
    this.#gates[to].occupy(pending);
    this.#send(to, text);
  }

  #send(to: Leg, text: string): void {
    this.#effects.push({ type: 'send', to, text });
  }

  #settle({ ticket }: OwnCall, outcome: Extract<Effect, { type: 'settled' }>['outcome']): void {
    this.#effects.push({ type: 'settled', ticket, outcome });
  }

  #flaw(by: Leg, kind: Flaw, detail: string): void {
    this.#effects.push({ type: 'flaw', by, kind, detail });
  }
}
