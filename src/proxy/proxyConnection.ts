import type { WebSocket } from 'ws';
import type { Anomalies } from '../gateway/anomalies.js';
import type { LiveConnection } from '../gateway/liveConnection.js';
import type { MessageDirection } from '../site/loggedMessage.js';
import { type CallOptions, type CommandOutcome, NOT_SAYABLE, type StationCommand } from '../site/stationMessages.js';
import { Alarm } from './alarm.js';
import { answerReport, REPORT_ACTIONS } from './answerReport.js';
import { CsmsCalls } from './csmsCalls.js';
import { Island } from './island.js';
import { LegSocket } from './legSocket.js';
import { Mediator } from './mediator.js';
import { MergedProfiles } from './mergedProfiles.js';
import { Observer } from './observer.js';
import { OwnCalls } from './ownCalls.js';
import type { PartInSite, ProxyConnectionParts } from './proxyConnectionParts.js';
import { Redial, staysFor } from './redial.js';
import { Relay } from './relay.js';
import type { AnswerFrame, Effect, Lane, Leg, RelayedCall } from './relayMessages.js';

const REPLACED_CLOSE_CODE = 1000;
/** The station's own peer is gone: it comes again, and finds out itself whether its CSMS is there. */
const UPSTREAM_GONE = 1012;
const BOOT_ACTION = 'BootNotification';
/** The station's password is for its CSMS: of another one that would know nothing. */
const PASSWORD_KEY = /^(AuthorizationKey|.*BasicAuthPassword.*)$/i;
/** What the CSMS allows is told as far ahead as is planned, and no further. */
const REFRESH_MS = 6 * 3_600_000;
/** How long a station is given for its failsafe before it is closed. */
const FAREWELL_MS = 2_000;
/** A call of ours that goes in the CSMS's turn. */
const SCRIPT_MS = 15_000;
const NEVER_THERE = 0;

/**
 * A station that talks to its CSMS through us: two sockets, what passes between them, and what we say in between. It lives as long as
 * both.
 */
export class ProxyConnection implements LiveConnection {
  readonly station: LiveConnection['station'];
  readonly letInBy: 'us' | 'upstream';
  readonly #parts: ProxyConnectionParts;
  readonly #relay: Relay;
  readonly #legs: { readonly station: LegSocket; upstream: LegSocket | undefined };
  readonly #toCsms: CsmsCalls;
  readonly #own: OwnCalls;
  readonly #observer: Observer | undefined;
  readonly #merged: MergedProfiles | undefined;
  readonly #mediator: Mediator | undefined;
  readonly #island: Island | undefined;
  #cancelRefresh: () => void = () => {};
  /** While the station is held. */
  #redial: Redial | undefined;
  /** What the CSMS said of the boot that the station made on this connection. */
  #boot: 'none' | 'asked' | 'accepted' | 'refused' = 'none';
  #phase: 'live' | 'draining' | 'over' = 'live';
  #effects: Effect[] = [];
  #isCarryingOut = false;
  readonly #alarm: Alarm;
  #whenIdle: (() => void)[] = [];

  constructor(parts: ProxyConnectionParts) {
    const { context, dialect, stationId, connectionId, securityProfile, letInBy, part } = parts;
    this.#parts = parts;
    this.station = { stationId, connectionId, securityProfile };
    this.letInBy = letInBy;
    this.#alarm = new Alarm(context.clock, () => this.#run(this.#relay.tick(this.#nowMs())));
    this.#relay = new Relay({
      hasOneWayMessages: dialect.hasOneWayMessages,
      errorCodes: {
        frame: dialect.errorCode('frame'),
        formation: dialect.errorCode('formation'),
        generic: dialect.errorCode('generic'),
      },
      newId: context.newMessageId,
      isInterposed: (call) => this.#mediator?.isInterposed(call) ?? false,
      forCsms: (text) => this.#mediator?.asCsmsSees(text) ?? text,
      isLocal: (call) => this.#isOurReport(call) || this.#island?.takes(call) === true,
    });
    this.#toCsms = new CsmsCalls((call) => this.#run(this.#relay.injectUpstream(call)));
    this.#own = new OwnCalls({
      dialect,
      instead: (command) => {
        const leaves = this.#mediator?.leaves(command) ?? command;
        return this.#merged === undefined ? leaves : this.#merged.instead(leaves);
      },
      settled: (command, outcome) => {
        this.#merged?.settled(command, outcome);
        this.#mediator?.read(outcome);
      },
      inject: (call) => this.#run(this.#relay.inject(call, this.#nowMs())),
      report: (kind, detail) => this.#report(kind, detail),
    });
    const { handler } = context;
    const report = (kind: Parameters<Anomalies['report']>[0], detail: string) => this.#report(kind, detail);
    if (part !== undefined) {
      const observer = new Observer({ stationId, dialect, handler, report, clock: context.clock });
      this.#observer = observer;
      this.#merged = new MergedProfiles({
        ...part,
        dialect,
        clock: context.clock,
        callStation: (command) => this.#own.call(command, { lane: 'forCsms', timeoutMs: SCRIPT_MS }),
        callCsms: (action, payload) => this.#toCsms.tell(action, payload),
        tellSite: (request) => observer.tell(request),
      });
      this.#mediator = new Mediator({
        ...part,
        dialect,
        clock: context.clock,
        merged: this.#merged,
        answer: (call, text) => this.#run(this.#relay.answerCsms(call, text)),
        passOn: (call, text) => this.#run(this.#relay.passOn(call, text, this.#nowMs())),
        callCsms: (action, payload) => this.#toCsms.tell(action, payload),
        report,
      });
      this.#island = this.#islandFor(part);
      this.#refreshLater();
    }
    this.#legs = {
      station: this.#leg('station', parts.socket, 'The station'),
      upstream: undefined,
    };
    if (parts.upstream !== undefined) this.#speakWith(parts.upstream);
  }

  /** The site has been told that the station is there. */
  begin(): void {
    this.#merged?.begin();
    if (this.#parts.upstream === undefined) this.#upstreamClosed(NEVER_THERE);
  }

  /** One whose boot its CSMS has not accepted can not. */
  get #canBeIsland(): boolean {
    return this.#island !== undefined && this.#mayInject();
  }

  /** It was paused since it was opened. */
  #speakWith(upstream: WebSocket): void {
    const leg = this.#leg('upstream', upstream, 'Its CSMS');
    this.#legs.upstream = leg;
    leg.onClose((code) => this.#upstreamClosed(code));
    upstream.resume();
  }

  #islandFor({ memory, islandQueue: queue }: PartInSite): Island | undefined {
    const { context, dialect } = this.#parts;
    if (queue === undefined) return undefined;
    return new Island({
      clock: context.clock,
      queue,
      memory,
      errorCode: dialect.errorCode('generic'),
      heard: (call, frame) => {
        this.#asked(call);
        this.#heardAnswer(call, frame);
      },
      answer: (call, text) => this.#run(this.#relay.answerStation(call, text)),
      callCsms: (message) => this.#toCsms.ask(message),
      closeStation: () => void this.#closeStation(),
      report: (detail) => this.#report('upstreamFlaw', detail),
    });
  }

  #leg(leg: Leg, socket: WebSocket, who: string): LegSocket {
    return new LegSocket(this.#parts.context, socket, {
      who,
      onText: (text) => {
        if (leg === 'station') this.#log('fromStation', text);
        this.#run(this.#relay.received(leg, text, this.#nowMs()));
      },
      onBinary: () => this.#run(this.#relay.receivedBinary(leg)),
      report: (kind, detail) => this.#report(kind, detail),
    });
  }

  async call<C extends StationCommand>(
    command: C,
    options: Pick<CallOptions, 'priority' | 'timeoutMs' | 'isOutdated'>,
  ): Promise<CommandOutcome<C['type']>> {
    if (!this.#mayInject()) return { outcome: 'notSent', reason: 'offline' };
    if (command.type === 'changeConfiguration' && PASSWORD_KEY.test(command.key) && this.letInBy === 'upstream')
      return { outcome: 'error', code: NOT_SAYABLE, description: 'The password of this station is kept by its CSMS.' };
    const lane: Lane = options.priority === 'safety' ? 'lowering' : 'other';
    const timeoutMs = options.timeoutMs ?? this.#parts.context.limits.callTimeoutMs;
    const { isOutdated } = options;
    const outcome = await this.#own.call(command, { lane, timeoutMs, ...(isOutdated && { isOutdated }) });
    if (command.type !== 'setChargingProfile' || outcome.outcome !== 'answered') return outcome;
    // Until what the CSMS put there before is gone, it may lie over ours; and what others count on must be on disk.
    const isAlone = await this.#merged?.adopt().catch(() => false);
    return isAlone === false ? { outcome: 'unknown', reason: 'timeout' } : outcome;
  }

  onClose(run: (reason: string) => void): void {
    this.#legs.station.onClose((code) => {
      this.#over();
      this.#legs.upstream?.close(GOING_AWAY, 'the station is gone');
      run(`closed with ${code}`);
    });
  }

  checkAlive(): void {
    this.#legs.station.checkAlive();
    this.#legs.upstream?.checkAlive();
  }

  end(): void {
    this.#over();
    this.#legs.upstream?.close(GOING_AWAY, 'the station is gone');
  }

  replace(): void {
    this.end();
    const { context } = this.#parts;
    this.#legs.station.askAlive(context.limits.replacedPingMs, () => {
      this.#report(
        'secondConnection',
        'A second connection came while the first was alive: two may share one identity.',
      );
      this.#legs.station.close(REPLACED_CLOSE_CODE, 'replaced by a newer connection');
    });
  }

  async drain(): Promise<void> {
    if (this.#phase === 'live') this.#phase = 'draining';
    this.#run(this.#relay.refuseOwn());
    if (!this.#relay.isIdle) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  close(code: number, reason: string): void {
    this.#legs.station.close(code, reason);
    this.#legs.upstream?.close(GOING_AWAY, 'the station is gone');
  }

  /** Nothing is said to a station whose boot the CSMS has not accepted; on a connection without a boot an earlier one counts. */
  #mayInject(): boolean {
    return this.#phase === 'live' && this.#merged !== undefined && (this.#boot === 'none' || this.#boot === 'accepted');
  }

  #upstreamClosed(code: number): void {
    if (this.#phase === 'over') return;
    this.#run(this.#relay.upstreamLost());
    const stays = this.#phase === 'live' ? staysFor(this.#parts.onLoss, this.#canBeIsland) : undefined;
    const how = code === NEVER_THERE ? 'can not be reached' : `closed the connection (${code})`;
    this.#report(
      'upstreamLost',
      `The CSMS of the station ${how}; ${stays?.what ?? 'it is closed too, to come again'}.`,
    );
    if (stays === undefined) {
      void this.#closeStation();
      return;
    }
    if (stays.isIsland) {
      this.#island?.down();
      for (const call of this.#relay.takeStationCalls()) this.#answerLocally(call);
    }
    this.#redial = new Redial({
      clock: this.#parts.context.clock,
      random: this.#parts.context.random,
      dial: this.#parts.redial,
      atMostMs: stays.forS * 1_000,
      onBack: (socket) => this.#isBack(socket),
      onGivenUp: () => void this.#closeStation(),
    });
  }

  #isBack(upstream: WebSocket): void {
    this.#speakWith(upstream);
    this.#run(this.#relay.upstreamBack());
    this.#island?.up();
  }

  /** Without its CSMS our control ends too: what it falls to is said first. */
  async #closeStation(): Promise<void> {
    if (this.#phase === 'over') return;
    const { clock } = this.#parts.context;
    const farewell = this.#merged?.assertFailsafe();
    if (farewell !== undefined)
      await Promise.race([farewell, new Promise<void>((resolve) => clock.after(FAREWELL_MS, resolve))]);
    this.#legs.station.close(UPSTREAM_GONE, 'the central system is gone');
    this.#over();
  }

  #over(): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    this.#observer?.end();
    this.#merged?.end();
    this.#island?.end();
    this.#cancelRefresh();
    this.#redial?.cancel();
    this.#run(this.#relay.end());
    this.#legs.station.end();
    this.#legs.upstream?.end();
    this.#idle();
  }

  /** One after the other, also where one leads to more. */
  #run(effects: readonly Effect[]): void {
    this.#effects.push(...effects);
    if (this.#isCarryingOut) return;
    this.#isCarryingOut = true;
    do {
      for (let effect = this.#effects.shift(); effect !== undefined; effect = this.#effects.shift())
        this.#carryOut(effect);
      if (this.#phase !== 'over') this.#effects.push(...this.#relay.pump(this.#nowMs()));
    } while (this.#effects.length > 0);
    this.#isCarryingOut = false;
    this.#alarm.set(this.#phase === 'over' ? undefined : this.#relay.nextMs);
    if (this.#relay.isIdle) this.#idle();
  }

  #carryOut(effect: Effect): void {
    switch (effect.type) {
      case 'send':
        if (effect.to === 'station') this.#log('toStation', effect.text);
        this.#legs[effect.to]?.send(effect.text);
        return;
      case 'asked':
        this.#asked(effect.call);
        this.#island?.asked(effect.call);
        return;
      case 'answered':
        this.#answered(effect.by, effect.call, effect.frame);
        return;
      case 'local':
        this.#answerLocally(effect.call);
        return;
      case 'told':
        if (effect.by === 'station') this.#observer?.asked(effect.call);
        return;
      case 'left':
        this.#mediator?.left(effect.call);
        return;
      case 'unsent':
        this.#mediator?.ended(effect.call, undefined);
        return;
      case 'settled':
        if (effect.ticket < 0) this.#toCsms.settled(effect.ticket, effect.outcome);
        else this.#own.settled(effect.ticket, effect.outcome);
        return;
      case 'flaw':
        this.#report(effect.by === 'station' ? effect.kind : 'upstreamFlaw', effect.detail);
        return;
      case 'interposed':
        void this.#mediator?.interposed(effect.call);
        return;
    }
  }

  /** The station asks its CSMS, or whoever answers for that. */
  #asked(call: RelayedCall): void {
    if (call.action === BOOT_ACTION) this.#boot = 'asked';
    this.#observer?.asked(call);
    this.#merged?.heard(call);
  }

  #answered(by: Leg, call: RelayedCall, frame: AnswerFrame): void {
    if (by === 'station') {
      this.#mediator?.ended(call, frame);
      this.#island?.answeredCsms(call, frame);
      return;
    }
    this.#heardAnswer(call, frame);
    this.#island?.answered(call, frame);
  }

  /** What the station was answered, by its CSMS or in the place of that. */
  #heardAnswer(call: RelayedCall, frame: AnswerFrame): void {
    if (call.action === BOOT_ACTION) {
      const isAccepted = frame.kind === 'result' && frame.payload.status === 'Accepted';
      this.#boot = isAccepted ? 'accepted' : 'refused';
    }
    this.#observer?.answered(call, frame);
    this.#merged?.heard(call, frame);
  }

  #refreshLater(): void {
    this.#cancelRefresh = this.#parts.context.clock.after(REFRESH_MS, () => {
      this.#merged?.refresh();
      this.#refreshLater();
    });
  }

  #isOurReport({ action, payload }: RelayedCall): boolean {
    return REPORT_ACTIONS.has(action) && this.#own.isOurReport(payload.requestId);
  }

  #answerLocally(call: RelayedCall): void {
    if (this.#isOurReport(call)) void this.#answerReport(call);
    else this.#island?.answer(call);
  }

  async #answerReport(call: RelayedCall): Promise<void> {
    const { context, dialect, stationId } = this.#parts;
    const text = await answerReport(call, { dialect, stationId, handler: context.handler });
    if (this.#phase !== 'over') this.#run(this.#relay.answerStation(call, text));
  }

  #idle(): void {
    const waiting = this.#whenIdle;
    this.#whenIdle = [];
    for (const resolve of waiting) resolve();
  }

  #nowMs(): number {
    return this.#parts.context.clock.nowMs();
  }

  #log(direction: MessageDirection, text: string): void {
    const { context, stationId, part } = this.#parts;
    if (part !== undefined) context.messages.record(stationId, direction, text);
  }

  #report(kind: Parameters<Anomalies['report']>[0], detail: string): void {
    this.#parts.anomalies.report(kind, detail, this.#nowMs());
  }
}

const GOING_AWAY = 1001;
