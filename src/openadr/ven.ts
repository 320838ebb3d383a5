import { InvalidTariff, pinnedEvent } from '../../tariffs/index.js';
import type { GridCap } from '../peers/gridCap.js';
import type { Fields } from '../peers/jsonFields.js';
import { textIn } from '../peers/jsonFields.js';
import type { HostedPeer } from '../peers/peerHost.js';
import type { GridPorts } from '../peers/ports.js';
import { SavedPeer } from '../peers/savedPeer.js';
import { type CapsOptions, capsOf, faultOf, notesOf, payloadsIn } from './caps.js';
import { compared, type KnownEvent, type ListedEvent, listedEvent, withDescriptors } from './events.js';
import { registerVen, subscribe, type Target, targetQueries } from './registration.js';
import { dueReports, reportBody, reportNotes } from './reports.js';
import { VenClient } from './venClient.js';
import type { VenConfig, VenEventView, VenView } from './venService.js';

export const OPENADR_VENS = 'openadrVen';
export const OPENADR_EVENTS = 'openadrEvents';

/** Kept over restarts. The secret is kept as it is: it has to be shown. */
export interface VenStored {
  readonly venId: string;
  readonly organisationId: string;
  readonly config: VenConfig;
  readonly clientSecret: string;
  readonly state: VenState;
  readonly known: VenKnown;
}

export interface VenState {
  readonly targets: readonly Target[];
  readonly listedAtMs: number | null;
  /** Of the token that the VTN shows to our webhook. */
  readonly callbackHash: string | null;
  readonly version: '3.0' | '3.1' | null;
}

export interface VenKnown {
  readonly events: readonly KnownEvent[];
  readonly sent: Readonly<Record<string, number>>;
}

export const NEW_VEN_STATE: VenState = { targets: [], listedAtMs: null, callbackHash: null, version: null };
export const NOTHING_KNOWN: VenKnown = { events: [], sent: {} };

/** Polls are this much earlier or later, so that VENs that began together do not stay together. */
const JITTER = 0.2;
const MAX_INT31 = 2_147_483_647;
/** A webhook brings the next poll forward, but no further than this. */
const POKE_MS = 1_000;
/** After so many polls without a listing the VTN counts as lost. */
const LOST_AFTER_POLLS = 3;
const REGISTER_EVERY_MS = 3_600_000;
const LAY_OUT_EVERY_MS = 3_600_000;
/** Of those that are absent, so many are asked after at once; the others count as being there until then. */
const ASKED_AFTER_MAX = 20;
const NOTES_MAX = 20;

/** One VEN: asks its VTN again and again, and what the events say becomes limits and prices. Its site's owner runs it. */
export class OpenAdrVen implements HostedPeer {
  readonly venId: string;
  readonly organisationId: string;
  private config_: VenConfig;
  private clientSecret: string;
  private state_: VenState;
  private known_: VenKnown;
  private client: VenClient;
  private readonly ports: GridPorts;
  private readonly venDocument: SavedPeer;
  private readonly eventDocument: SavedPeer;
  private readonly notes_: string[] = [];
  private registeredMs = Number.NEGATIVE_INFINITY;
  private laidOutMs = Number.NEGATIVE_INFINITY;
  private subscribed = false;
  private cancelTimer: (() => void) | undefined;
  private polling: Promise<void> | undefined;
  private isPoked = false;
  private stopped = false;

  constructor(stored: VenStored, ports: GridPorts) {
    this.venId = stored.venId;
    this.organisationId = stored.organisationId;
    this.config_ = stored.config;
    this.clientSecret = stored.clientSecret;
    this.state_ = stored.state;
    this.known_ = stored.known;
    this.ports = ports;
    this.client = new VenClient(this.config_, this.clientSecret, ports);
    this.venDocument = this.saved(OPENADR_VENS, () => ({
      config: this.config_,
      clientSecret: this.clientSecret,
      state: this.state_,
    }));
    this.eventDocument = this.saved(OPENADR_EVENTS, () => this.known_);
  }

  get siteId(): string {
    return this.config_.siteId;
  }

  get stored(): VenStored {
    const { venId, organisationId, clientSecret } = this;
    return { venId, organisationId, clientSecret, config: this.config_, state: this.state_, known: this.known_ };
  }

  get notes(): readonly string[] {
    return this.notes_;
  }

  start(): void {
    this.pollIn(0);
  }

  stop(): void {
    this.stopped = true;
    this.cancelTimer?.();
    this.venDocument.stop();
    this.eventDocument.stop();
  }

  /** Nothing of it is being written any more. */
  async settled(): Promise<void> {
    await Promise.all([this.venDocument.settled(), this.eventDocument.settled()]);
  }

  async configure(config: VenConfig, clientSecret: string, state: VenState): Promise<void> {
    this.config_ = config;
    this.clientSecret = clientSecret;
    this.state_ = state;
    this.client = new VenClient(config, clientSecret, this.ports);
    this.registeredMs = Number.NEGATIVE_INFINITY;
    this.subscribed = false;
    await this.venDocument.save();
    await this.layOut();
    this.poke();
  }

  async leave(): Promise<void> {
    this.stop();
    const { circuitId } = this;
    // A site that is gone has no limits.
    if (circuitId === undefined) return;
    await this.ports.sites.putCaps(this.siteId, eventIdOf(this.venId), { circuitId, caps: [] });
  }

  poke(): void {
    this.isPoked = true;
    if (this.polling === undefined) this.pollIn(POKE_MS);
  }

  private pollIn(delayMs: number): void {
    this.cancelTimer?.();
    if (this.stopped) return;
    this.cancelTimer = this.ports.clock.after(delayMs, () => {
      this.isPoked = false;
      this.polling = this.poll()
        .catch((error: unknown) => this.failed(`a fault of ours: ${String(error)}`))
        .finally(() => {
          this.polling = undefined;
          this.pollIn(this.isPoked ? POKE_MS : this.nextPollMs());
        });
    });
  }

  private nextPollMs(): number {
    const share = (this.ports.random.positiveInt31() / MAX_INT31) * 2 - 1;
    return Math.round(this.config_.pollS * 1000 * (1 + share * JITTER));
  }

  private async poll(): Promise<void> {
    const programs = await this.client.list('programs');
    if (this.stopped) return;
    if ('failed' in programs) return this.failed(programs.failed);
    const wanted = this.wanted(programs);
    const registered = await this.register(wanted);
    if (registered !== undefined) return this.failed(registered);
    const listed = await this.listEvents(wanted);
    if (this.stopped) return;
    if ('failed' in listed) return this.failed(listed.failed);
    await this.take(listed);
    await this.report();
  }

  private wanted(programs: readonly Fields[]): ReadonlyMap<string, Fields> {
    const { programs: names } = this.config_;
    const isWanted = ({ id, programName }: Fields) =>
      names.length === 0 || names.some((name) => name === id || name === programName);
    return new Map(programs.filter(isWanted).map((program) => [textIn(program, 'id', 128) ?? '', program]));
  }

  /** Undefined: it is done, or need not be. */
  private async register(programs: ReadonlyMap<string, Fields>): Promise<string | undefined> {
    const { clock, secrets } = this.ports;
    if (clock.nowMs() < this.registeredMs + REGISTER_EVERY_MS) return undefined;
    const registration = await registerVen(this.client, this.config_);
    if ('failed' in registration) return registration.failed;
    this.registeredMs = clock.nowMs();
    if (registration.venObjectId === null)
      this.note('The VTN lets us register no VEN: only what is for everybody is seen.');
    this.state_ = { ...this.state_, targets: registration.targets, version: this.client.version ?? null };
    if (this.config_.webhook && !this.subscribed) {
      const bearerToken = secrets.make();
      // Known before it is sent: the VTN tries it out while it makes the subscription.
      this.state_ = { ...this.state_, callbackHash: secrets.hash(bearerToken) };
      await this.venDocument.save();
      const callbackUrl = `${this.config_.publicUrl.replace(/\/+$/, '')}/openadr/${this.venId}/notifications`;
      const callback = { clientName: this.config_.venName, callbackUrl, bearerToken };
      const made = await subscribe(this.client, [...programs.keys()], callback);
      this.subscribed = true;
      if (made !== 'subscribed') this.note(`No subscription: ${made.refused}. The VTN is asked as often as before.`);
    }
    return undefined;
  }

  /** Complete, or failed: what is absent from a part of it is not cancelled. */
  private async listEvents(
    programs: ReadonlyMap<string, Fields>,
  ): Promise<readonly ListedEvent[] | { readonly failed: string }> {
    const events = new Map<string, ListedEvent>();
    const queries = targetQueries(this.client.version ?? '3.0', this.state_.targets, this.config_.targets);
    for (const query of queries) {
      const entries = await this.client.list('events', query);
      if ('failed' in entries) return entries;
      for (const entry of entries) {
        const event = listedEvent(entry);
        if (event === undefined) continue;
        const program = programs.get(event.programId);
        if (program === undefined && this.config_.programs.length > 0) continue;
        events.set(event.id, { ...event, body: withDescriptors(event.body, program) });
      }
    }
    return [...events.values()];
  }

  private async take(listed: readonly ListedEvent[]): Promise<void> {
    const nowMs = this.ports.clock.nowMs();
    const options = this.capsOptions();
    const { isChanged, events, absent } = compared(this.known_.events, listed, {
      nowMs,
      draw: () => this.ports.random.positiveInt31(),
      faultOf: (body) => (options === undefined ? undefined : faultOf(body, options)),
    });
    const { kept, cancelled } = await this.stillThere(absent);
    if (this.stopped) return;
    const ids = new Set([...events, ...kept].map(({ id }) => id));
    const sent = Object.fromEntries(
      Object.entries(this.known_.sent).filter(([key]) => ids.has(key.slice(0, key.lastIndexOf('/')))),
    );
    this.known_ = { events: [...events, ...kept], sent };
    const wasLost = this.connection !== 'connected';
    this.state_ = { ...this.state_, listedAtMs: nowMs };
    if (isChanged || cancelled > 0) {
      await this.eventDocument.save();
      await this.layOut();
      await this.takePrices();
    } else if (nowMs >= this.laidOutMs + LAY_OUT_EVERY_MS) await this.layOut();
    if (wasLost || isChanged || cancelled > 0) {
      await this.venDocument.save();
      this.ports.log.info(
        { venId: this.venId, siteId: this.siteId, events: this.known_.events.length, cancelled },
        'OpenADR: the events of the VTN are known',
      );
    }
  }

  /** Pages may have shifted while they were read: an event is gone when the VTN says so of it. */
  private async stillThere(
    absent: readonly KnownEvent[],
  ): Promise<{ readonly kept: readonly KnownEvent[]; readonly cancelled: number }> {
    const kept: KnownEvent[] = [...absent.slice(ASKED_AFTER_MAX)];
    let cancelled = 0;
    for (const event of absent.slice(0, ASKED_AFTER_MAX)) {
      const answer = await this.client.ask('GET', `events/${encodeURIComponent(event.id)}`);
      if (answer.outcome === 'answered' && (answer.status === 404 || answer.status === 403)) cancelled += 1;
      else kept.push(event);
    }
    return { kept, cancelled };
  }

  private async layOut(): Promise<void> {
    const options = this.capsOptions();
    const { circuitId } = this;
    if (options === undefined || circuitId === undefined) return;
    this.laidOutMs = options.nowMs;
    const caps = this.capsOfAll(options);
    if (caps !== undefined) await this.ports.sites.putCaps(this.siteId, eventIdOf(this.venId), { circuitId, caps });
  }

  /** Undefined: together they come to more than can be laid out, and what was laid out before holds. */
  private capsOfAll(options: CapsOptions): readonly GridCap[] | undefined {
    try {
      return capsOf(
        this.known_.events.filter(({ isReadable }) => isReadable),
        options,
      );
    } catch (error) {
      if (!(error instanceof InvalidTariff)) throw error;
      this.note(`The events can not be taken together: ${error.message} What held before holds.`);
      return undefined;
    }
  }

  /** Prices hold at the times that are stated: one that is shifted is not the one that is billed. */
  private async takePrices(): Promise<void> {
    const { tariffId } = this.config_;
    if (tariffId === undefined) return;
    const isPriced = ({ type }: Fields) => type === 'PRICE' || type === 'EXPORT_PRICE';
    const priced = this.known_.events.filter(({ body }) => payloadsIn(body).some(isPriced));
    if (priced.length === 0) return;
    const events = priced.map(({ body, firstSeenMs }) => pinnedEvent(body, { nowMs: firstSeenMs, draw: () => 0 }));
    try {
      const warnings = await this.ports.sites.putPrices(this.siteId, tariffId, events);
      for (const warning of warnings) this.note(warning);
    } catch (error) {
      this.note(`The prices could not be taken: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private async report(): Promise<void> {
    const site = this.ports.sites.find(this.siteId);
    if (site === undefined) return;
    const nowMs = this.ports.clock.nowMs();
    const due = dueReports(this.known_.events, { nowMs, timeZone: site.timeZone, sent: this.known_.sent });
    for (const report of due) {
      const wh = await Promise.all(
        report.intervals.map(({ startMs, endMs }) => this.ports.sites.importWh(this.siteId, startMs, endMs)),
      );
      const { venName: clientName, resourceName } = this.config_;
      const version = this.client.version ?? '3.0';
      const body = reportBody(report, wh, { clientName, resourceName, version });
      const answer = await this.client.ask('POST', 'reports', { body });
      if (this.stopped || answer.outcome === 'failed' || answer.status >= 500) return;
      if (answer.status >= 300 && answer.status !== 409) this.note(`A report was answered with ${answer.status}.`);
      this.known_ = { ...this.known_, sent: { ...this.known_.sent, [report.key]: report.number } };
      await this.eventDocument.save();
    }
  }

  get connection(): VenView['connection'] {
    const { listedAtMs } = this.state_;
    if (listedAtMs === null) return 'connecting';
    const lostMs = listedAtMs + LOST_AFTER_POLLS * this.config_.pollS * 1000 * (1 + JITTER);
    return this.ports.clock.nowMs() < lostMs ? 'connected' : 'lost';
  }

  get eventViews(): readonly VenEventView[] {
    return this.known_.events.map((event) => ({
      id: event.id,
      programId: event.programId,
      name: textIn(event.body, 'eventName', 200) ?? null,
      problem: event.problem,
      notes: [...notesOf(event.body), ...reportNotes(event)],
    }));
  }

  private get circuitId(): string | undefined {
    const circuits = this.ports.sites.find(this.siteId)?.circuits ?? [];
    const { circuitId } = this.config_;
    return circuits.find(({ id, parentId }) => (circuitId === undefined ? parentId === null : id === circuitId))?.id;
  }

  private capsOptions(): CapsOptions | undefined {
    const site = this.ports.sites.find(this.siteId);
    const circuit = site?.circuits.find(({ id }) => id === this.circuitId);
    if (site === undefined || circuit === undefined) return undefined;
    const { timeZone, voltageV } = site;
    const { simplePercent } = this.config_;
    return { circuit, voltageV, timeZone, nowMs: this.ports.clock.nowMs(), simplePercent };
  }

  /** What was known holds. */
  private failed(reason: string): void {
    if (this.stopped) return;
    const before = this.notes_.at(-1);
    if (before?.endsWith(reason) === true) return;
    this.note(`The VTN could not be asked: ${reason}`);
    this.ports.log.warn({ venId: this.venId, siteId: this.siteId, reason }, 'OpenADR: the VTN could not be asked');
  }

  private note(text: string): void {
    this.notes_.push(`${new Date(this.ports.clock.nowMs()).toISOString()} ${text}`);
    if (this.notes_.length > NOTES_MAX) this.notes_.shift();
  }

  private saved(kind: string, body: () => unknown): SavedPeer {
    const { clock, log, documents } = this.ports;
    const { venId: id, organisationId } = this;
    return new SavedPeer({
      clock,
      log,
      what: { venId: id },
      write: () => documents.decide([{ put: { kind, id, organisationId, updatedMs: clock.nowMs(), body: body() } }]),
    });
  }
}

export function eventIdOf(venId: string): string {
  return `openadr.${venId}`;
}
