import type { HostedPeer } from '../peers/peerHost.js';
import type { GridPorts } from '../peers/ports.js';
import { SavedPeer } from '../peers/savedPeer.js';
import { capsOf } from './caps.js';
import { Complaints } from './complaints.js';
import { assetMeasurements, counted, groupMeasurements, told } from './measurements.js';
import {
  chosenBaseUrl,
  type ForecastedBlock,
  type GroupCapacityForecast,
  OSCP_VERSION,
  type Registration,
  type RequiredBehaviour,
  writeBehaviour,
  writeBlocks,
  writeInstant,
} from './messages.js';
import {
  dueMs,
  heard,
  isAway,
  nextDueMs,
  type OscpConfig,
  type OscpDone,
  type OscpState,
  type OscpWork,
  offlineFrom,
  ourOfflineModeAt,
  shakenHands,
  wantsMeasurements,
} from './peerState.js';
import { OscpPost } from './post.js';
import { isLate, missingOf, type SegmentHeaders, type Segments, withSegment } from './segments.js';
import { type Forecasts, takeForecast } from './series.js';
import { type Delivery, deliver, ourBaseUrl, registrationBody } from './wire.js';

export const OSCP_PEERS = 'oscpPeer';
export const OSCP_FORECASTS = 'oscpForecast';

export interface OscpStored {
  readonly providerId: string;
  readonly organisationId: string;
  readonly config: OscpConfig;
  readonly state: OscpState;
  readonly forecasts: Forecasts;
}

const HANDSHAKE_ACKNOWLEDGE = ['handshake_acknowledge', 'handshake_acknowledgment', 'handshake_acknowledgement'];
/** Of tokens that were sent, and of which the answer was lost, the newest may be shown. */
const TOKENS_MAX = 3;
/** Never further apart, so that a clock that is set is seen. */
const LOOK_AT_LATEST_MS = 60_000;

/** One other side of OSCP: what it says becomes limits of its circuit, and it is told what it asked for. Its site's owner runs it. */
export class OscpPeer implements HostedPeer {
  readonly providerId: string;
  readonly organisationId: string;
  private config_: OscpConfig;
  private state_: OscpState;
  private forecasts_: Forecasts;
  private readonly ports: GridPorts;
  private readonly peerDocument: SavedPeer;
  private readonly forecastDocument: SavedPeer;
  private done: OscpDone = { ms: {}, registerFailures: 0 };
  private segments: readonly Segments[] = [];
  private messages = 0;
  private readonly post: OscpPost;
  private readonly complaints: Complaints;
  private cancelTimer: (() => void) | undefined;
  private working = false;
  private stopped = false;

  constructor(stored: OscpStored, ports: GridPorts) {
    this.providerId = stored.providerId;
    this.organisationId = stored.organisationId;
    this.config_ = stored.config;
    this.state_ = stored.state;
    this.forecasts_ = stored.forecasts;
    this.ports = ports;
    this.post = new OscpPost({
      providerId: this.providerId,
      ports,
      registration: () => this.state_.registration,
      isStopped: () => this.stopped,
    });
    this.complaints = new Complaints(this.post);
    this.peerDocument = this.saved(OSCP_PEERS, () => ({ config: this.config_, state: this.state_ }));
    this.forecastDocument = this.saved(OSCP_FORECASTS, () => this.forecasts_);
  }

  get siteId(): string {
    return this.config_.siteId;
  }

  get stored(): OscpStored {
    return {
      providerId: this.providerId,
      organisationId: this.organisationId,
      config: this.config_,
      state: this.state_,
      forecasts: this.forecasts_,
    };
  }

  get notes(): readonly string[] {
    return this.post.notes;
  }

  start(): void {
    this.wake();
  }

  stop(): void {
    this.stopped = true;
    this.cancelTimer?.();
    this.peerDocument.stop();
    this.forecastDocument.stop();
  }

  /** Nothing of it is being written any more. */
  async settled(): Promise<void> {
    await Promise.all([this.peerDocument.settled(), this.forecastDocument.settled()]);
  }

  /** Of people. */
  async configure(config: OscpConfig, state: OscpState): Promise<void> {
    this.config_ = config;
    this.state_ = state;
    this.done = { ms: {}, registerFailures: 0 };
    await this.peerDocument.save();
    await this.layOut();
    this.wake();
  }

  /** Takes its limits away; nothing is sent any more but that we leave. */
  async leave(): Promise<void> {
    this.stop();
    const { registration } = this.state_;
    const { siteId, providerId } = this;
    const { circuitId } = this.config_;
    // A site that is gone has no limits.
    if (this.ports.sites.find(siteId) !== undefined)
      await this.ports.sites.putCaps(siteId, eventIdOf(providerId), { circuitId, caps: [] });
    if (registration.status !== 'registered') return;
    const left = await deliver(this.ports, registration, { method: 'DELETE', paths: ['register'], body: {} });
    if (left.outcome !== 'delivered') this.post.tell('it was not told that we leave', left);
  }

  // What the other side says

  /** 'noVersion': none of its versions is ours. 'url': what it stated can not be reached, and why. */
  async takeRegistration(
    registration: Registration,
    { isUpdate }: { readonly isUpdate: boolean },
  ): Promise<'taken' | 'noVersion' | { readonly url: string }> {
    const baseUrl = chosenBaseUrl(registration);
    if (baseUrl === undefined) return 'noVersion';
    const verdict = this.ports.outbound.check(baseUrl);
    if (!verdict.ok) return { url: verdict.reason };
    const { token } = registration;
    const nowMs = this.ports.clock.nowMs();
    const { status } = this.state_.registration;
    // Whoever holds our token already owes us nothing but its own; else it is shown ours in return.
    const isDone = status === 'offered' || isUpdate;
    this.become({
      ...this.state_,
      registration: isDone
        ? { status: 'registered', baseUrl, token, atMs: nowMs }
        : { status: 'answering', baseUrl, token },
      ...(isUpdate ? {} : { handshakeMs: null }),
    });
    const { register: _r, handshake: _h, ...ms } = this.done.ms;
    this.done = { ms, registerFailures: 0 };
    await this.peerDocument.save();
    this.log(isUpdate ? 'the other side has registered anew' : 'the other side has registered');
    return 'taken';
  }

  async takeLeave(): Promise<void> {
    this.become({ ...this.state_, registration: { status: 'left', atMs: this.ports.clock.nowMs() }, theirs: null });
    this.post.note('It has unregistered: its fallback holds.');
    await this.peerDocument.save();
    await this.layOut();
  }

  async takeHandshake(theirs: RequiredBehaviour, correlationId: string | undefined): Promise<void> {
    await this.shakeHands(theirs);
    void this.post.answer({
      method: 'POST',
      paths: HANDSHAKE_ACKNOWLEDGE,
      body: writeBehaviour(this.ourBehaviour()),
      ...(correlationId === undefined ? {} : { correlationId }),
    });
  }

  takeHandshakeAcknowledge(theirs: RequiredBehaviour): Promise<void> {
    return this.shakeHands(theirs);
  }

  async takeHeartbeat(offlineModeAtMs: number): Promise<void> {
    const nowMs = this.ports.clock.nowMs();
    const wasAway = isAway(this.state_, nowMs);
    this.become(heard(this.state_, offlineModeAtMs, nowMs));
    await this.peerDocument.save();
    if (!wasAway && !isAway(this.state_, nowMs)) return;
    await this.layOut();
    if (wasAway) this.log('the other side is heard again: its forecasts hold');
  }

  /** 'tooMany': nothing of it was taken. */
  async takeForecast(
    forecast: GroupCapacityForecast,
    from: {
      readonly requestId: string;
      readonly correlationId: string | undefined;
      readonly segment: SegmentHeaders | undefined;
    },
  ): Promise<'taken' | 'tooMany'> {
    const nowMs = this.ports.clock.nowMs();
    const messageId = this.messageIdOf(forecast, from, nowMs);
    const forecasts = takeForecast(this.forecasts_, forecast, { messageId, nowMs });
    if (forecasts === 'tooMany') return 'tooMany';
    this.forecasts_ = forecasts;
    await this.forecastDocument.save();
    await this.layOut();
    const load = forecast.type === 'CONSUMPTION' ? this.load() : undefined;
    if (load !== undefined) this.complaints.unmet(forecast.blocks, load, { nowMs, requestId: from.requestId });
    this.wake();
    return 'taken';
  }

  async askFor(blocks: readonly ForecastedBlock[]): Promise<Delivery> {
    const { role, groupId } = this.config_;
    const path = role === 'flexibilityProvider' ? 'update_group_capacity_forecast' : 'adjust_group_capacity_forecast';
    return this.post.send({
      method: 'POST',
      paths: [path],
      body: { group_id: groupId, type: 'CONSUMPTION', forecasted_blocks: writeBlocks(blocks) },
    });
  }

  private messageIdOf(
    { groupId, type }: GroupCapacityForecast,
    { requestId, correlationId, segment }: Parameters<OscpPeer['takeForecast']>[1],
    nowMs: number,
  ): string {
    this.messages += 1;
    const newId = `${requestId}#${nowMs}.${this.messages}`;
    if (segment === undefined) return newId;
    const key = correlationId ?? `${groupId} ${type}`;
    const { open, messageId } = withSegment(this.segments, { key, headers: segment, newId, nowMs });
    this.segments = open;
    return messageId;
  }

  private async shakeHands(theirs: RequiredBehaviour): Promise<void> {
    this.become(shakenHands(this.state_, theirs, this.config_.heartbeatS, this.ports.clock.nowMs()));
    await this.peerDocument.save();
    this.wake();
  }

  private ourBehaviour(): RequiredBehaviour {
    return { heartbeatIntervalS: this.config_.heartbeatS, measurements: [] };
  }

  // What is due

  private wake(): void {
    this.cancelTimer?.();
    if (this.stopped || this.working) return;
    const { clock } = this.ports;
    const nextMs = nextDueMs(dueMs(this.config_, this.state_, this.done));
    const delayMs = nextMs === 'never' ? LOOK_AT_LATEST_MS : Math.min(LOOK_AT_LATEST_MS, nextMs - clock.nowMs());
    this.cancelTimer = clock.after(Math.max(0, delayMs), () => {
      this.working = true;
      void this.work()
        .catch((error: unknown) =>
          this.ports.log.error({ providerId: this.providerId, error: String(error) }, 'an OSCP peer failed'),
        )
        .finally(() => {
          this.working = false;
          this.wake();
        });
    });
  }

  private async work(): Promise<void> {
    const nowMs = this.ports.clock.nowMs();
    const due = dueMs(this.config_, this.state_, this.done);
    this.forgetLate(nowMs);
    for (const work of Object.keys(due) as OscpWork[]) {
      const atMs = due[work];
      if (this.stopped || atMs === 'never' || atMs > nowMs) continue;
      this.done = { ...this.done, ms: { ...this.done.ms, [work]: nowMs } };
      await this.carryOut(work);
    }
  }

  private carryOut(work: OscpWork): Promise<void> {
    switch (work) {
      case 'register':
        return this.register();
      case 'handshake':
        return this.beginHandshake();
      case 'heartbeat':
        return this.sendHeartbeat();
      case 'sample':
        return this.sample();
      case 'measure':
        return this.tellMeasurements();
      case 'layOut':
        return this.layOut();
    }
  }

  /** With a token of its own each time: which of them the other side has, if an answer was lost, is not known. */
  private async register(): Promise<void> {
    const { registration, startToken } = this.state_;
    const token = this.ports.secrets.make();
    const ours = ourBaseUrl(this.config_.publicUrl, this.providerId, this.config_.role);
    const isAnswer = registration.status === 'answering';
    const to = isAnswer
      ? registration
      : { baseUrl: (this.config_.versionUrl ?? '').replace(/\/+$/, ''), token: startToken ?? '' };
    const known = this.state_.acceptedHashes;
    // What it showed to begin with is kept until it has its own.
    const kept = isAnswer && known.length > TOKENS_MAX ? [...known.slice(0, 1), ...known.slice(1 - TOKENS_MAX)] : known;
    const acceptedHashes = [...(isAnswer ? kept : known.slice(1 - TOKENS_MAX)), this.ports.secrets.hash(token)];
    // Known before it is sent: the other side may use it before its answer is here, and has it if that is lost.
    const offered = { status: 'offered', atMs: this.ports.clock.nowMs() } as const;
    this.become({ ...this.state_, acceptedHashes, registration: isAnswer ? registration : offered });
    await this.peerDocument.save();
    const delivery = await deliver(this.ports, to, {
      method: 'POST',
      paths: ['register'],
      body: registrationBody(token, ours),
    });
    const nowMs = this.ports.clock.nowMs();
    if (delivery.outcome !== 'delivered') {
      this.done = { ...this.done, registerFailures: this.done.registerFailures + 1 };
      return this.post.tell('the registration was not taken', delivery);
    }
    this.done = { ...this.done, registerFailures: 0 };
    // It may have registered once more meanwhile: then that is answered next.
    if (isAnswer && this.state_.registration === registration) {
      const { baseUrl, token: theirs } = registration;
      // What it showed to begin with is worth nothing from now on.
      this.become({
        ...this.state_,
        acceptedHashes: [this.ports.secrets.hash(token)],
        registration: { status: 'registered', baseUrl, token: theirs, atMs: nowMs },
      });
    }
    await this.peerDocument.save();
    this.log('registered with the other side');
  }

  private async beginHandshake(): Promise<void> {
    await this.post.send({ method: 'POST', paths: ['handshake'], body: writeBehaviour(this.ourBehaviour()) });
  }

  private async sendHeartbeat(): Promise<void> {
    const atMs = ourOfflineModeAt(this.state_, this.ports.clock.nowMs());
    await this.post.send({ method: 'POST', paths: ['heartbeat'], body: { offline_mode_at: writeInstant(atMs) } });
  }

  private async sample(): Promise<void> {
    const load = this.load();
    if (load === undefined) return;
    const nowMs = this.ports.clock.nowMs();
    if (wantsMeasurements(this.state_))
      this.become({ ...this.state_, energy: counted(this.state_.energy, load, nowMs) });
    this.complaints.exceeded(this.forecasts_.CONSUMPTION, load, nowMs);
  }

  private async tellMeasurements(): Promise<void> {
    await this.sample();
    const { energy, theirs } = this.state_;
    const load = this.load();
    if (energy === null || theirs === null || load === undefined) return;
    const { groupId, role } = this.config_;
    const nowMs = this.ports.clock.nowMs();
    const toAssets = role === 'capacityOptimizer';
    const measurements = toAssets ? assetMeasurements(load, nowMs) : groupMeasurements(energy, theirs.measurements);
    if (role === 'flexibilityProvider' || measurements.length === 0) return;
    const delivery = await this.post.send({
      method: 'POST',
      paths: [toAssets ? 'update_asset_measurements' : 'update_group_measurements'],
      body: { group_id: groupId, measurements },
    });
    // What was not told is in the next.
    if (delivery.outcome === 'delivered') this.become({ ...this.state_, energy: told(energy, nowMs) });
    await this.peerDocument.save();
  }

  /** What is known → limits of the circuit. The same again changes nothing. */
  private async layOut(): Promise<void> {
    const nowMs = this.ports.clock.nowMs();
    this.done = { ...this.done, ms: { ...this.done.ms, layOut: nowMs } };
    const { circuitId, contract, name } = this.config_;
    const site = this.ports.sites.find(this.siteId);
    const circuit = site?.circuits.find(({ id }) => id === circuitId);
    if (site === undefined || circuit === undefined) {
      if (site !== undefined) this.post.note(`The site has no circuit "${circuitId}" any more: nothing is limited.`);
      return;
    }
    const caps = capsOf(this.forecasts_, {
      circuit,
      voltageV: site.voltageV,
      ...(contract === undefined ? {} : { contract }),
      // Not beforehand: each heartbeat would move it.
      offlineFromMs: isAway(this.state_, nowMs) ? offlineFrom(this.state_) : 'never',
      nowMs,
      name,
    });
    await this.ports.sites.putCaps(this.siteId, eventIdOf(this.providerId), { circuitId, caps });
  }

  private forgetLate(nowMs: number): void {
    for (const segments of this.segments.filter((one) => isLate(one, nowMs))) {
      const missing = missingOf(segments).join(', ');
      this.post.note(
        `Of a message in ${segments.count} segments, these did not come: ${missing}. Older forecasts hold there.`,
      );
    }
    this.segments = this.segments.filter((one) => !isLate(one, nowMs));
  }

  private load() {
    return this.ports.sites.load(this.siteId, this.config_.circuitId);
  }

  private log(message: string): void {
    this.ports.log.info({ providerId: this.providerId, siteId: this.siteId }, `OSCP ${OSCP_VERSION}: ${message}`);
  }

  private become(state: OscpState): void {
    this.state_ = state;
  }

  private saved(kind: string, body: () => unknown): SavedPeer {
    const { clock, log, documents } = this.ports;
    const { providerId: id, organisationId } = this;
    return new SavedPeer({
      clock,
      log,
      what: { providerId: id },
      write: () => documents.decide([{ put: { kind, id, organisationId, updatedMs: clock.nowMs(), body: body() } }]),
    });
  }
}

export function eventIdOf(providerId: string): string {
  return `oscp.${providerId}`;
}
