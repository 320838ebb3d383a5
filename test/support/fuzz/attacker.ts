import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '../seededRandom.js';
import { type Held, ordinaryAnswer, type ServiceCall, unwillingAnswer, willingAnswer } from './answers.js';
import { bootOf, type FuzzVersion, floodOf, type StationMemory, someMessage } from './corpus.js';
import { ATTACKED_MAX_A } from './fuzzSite.js';
import { flippedBytes, freshId, someId, spoiltFrame, spoiltPayload, spoiltText } from './mutations.js';
import { frameBytes, OPCODE, RawSocket } from './rawSocket.js';

const KEPT_FRAMES = 40;
const KEPT_LENGTH = 200;
const RECENT_IDS = 12;
/** Between two steps: mostly none, for the order of things is to be as odd as their content. */
const PAUSES_MS = [0, 0, 0, 1, 5, 20, 60];
const COME_BACK_AFTER_MS = 20;
const FLOOD_FRAMES_MAX = 300;
const DRIP_BYTES = 40;
const DRIP_EVERY_MS = 5;
const AFTER_FLOOD_MS = 100;
const UNREAD_MS = 400;
const STRETCH_STEPS = 60;
const PATIENT_SHARE = 0.7;
const WILD_AMID_CALM = 0.04;
const PATIENCE_MS = 300;
/** Seeds of steps lie far apart; this one is odd, so that none comes twice. */
const STEP_SEED = 0x9e37_79b1;

export interface AttackerOptions {
  readonly version: FuzzVersion;
  readonly stationId: string;
  readonly password: string;
  readonly port: number;
  readonly seed: number;
  /** Whether it takes charging profiles; the others answer whatever is no yes. */
  readonly isWilling: boolean;
  /** For the tests of the checks: it takes profiles although it is said never to. */
  readonly saysYes?: boolean;
  /** Hears every frame that it sends. */
  readonly onFrame?: (text: string) => void;
}

type Step = (socket: RawSocket) => Promise<void> | void;

/**
 * One station that is broken, or in the wrong hands: it has its password, and sends whatever comes to its seed. The steps follow from
 * the seed and their number alone; only ids and times in them follow from what the service said and when.
 */
export class Attacker {
  readonly options: AttackerOptions;
  /** Of the step at hand: what one step draws does not change the next one. */
  #random: SeededRandom;
  #stepsDone = 0;
  /** Of its own, so that the steps do not depend on how many calls the service makes. */
  readonly #answering: SeededRandom;
  readonly #memory: StationMemory = { transactionId: 'tx-1', seqNo: 0, registerWh: 1_000 };
  readonly #held: Held = { limitA: ATTACKED_MAX_A };
  readonly #frames: string[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #earlier: RawSocket[] = [];
  #recentIds: string[] = [];
  #callIds: string[] = [];
  #answeredId: string | undefined;
  #socket: RawSocket | undefined;
  #isOver = false;
  framesSent = 0;
  connections = 0;

  constructor(options: AttackerOptions) {
    this.options = options;
    this.#random = new SeededRandom(options.seed);
    this.#answering = new SeededRandom(options.seed ^ 0x5bd1_e995);
  }

  /** The newest last. */
  get lastFrames(): readonly string[] {
    return this.#frames;
  }

  async attackUntil(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      this.#random = new SeededRandom(this.options.seed + Math.imul(this.#stepsDone++, STEP_SEED));
      const isPatient = this.#isPatient();
      const isCalm = isPatient && !this.#random.chance(WILD_AMID_CALM);
      const step = this.#random.pick(isCalm ? this.#calmSteps : this.#steps);
      const pauseMs = this.#random.pick(PAUSES_MS);
      const socket = await this.#connected();
      if (socket !== undefined) await step(socket);
      if (isPatient) await this.#answered();
      await sleep(pauseMs);
    }
    this.end();
  }

  end(): void {
    this.#isOver = true;
    for (const timer of this.#timers) clearTimeout(timer);
    for (const socket of this.#earlier) socket.destroy();
    this.#socket?.destroy();
  }

  /** For some time it waits for its answers and mostly gives good ones, so that it gets somewhere; then it does not again. */
  #isPatient(): boolean {
    const stretch = Math.floor(this.#stepsDone / STRETCH_STEPS);
    return new SeededRandom(this.options.seed - Math.imul(stretch + 1, STEP_SEED)).chance(PATIENT_SHARE);
  }

  /** The newest call, or soon enough. */
  async #answered(): Promise<void> {
    const deadlineMs = performance.now() + PATIENCE_MS;
    const id = this.#recentIds.at(-1);
    while (id !== undefined && id !== this.#answeredId && this.#socket?.isOpen && performance.now() < deadlineMs)
      await sleep(2);
  }

  async #connected(): Promise<RawSocket | undefined> {
    if (this.#socket?.isOpen) return this.#socket;
    if (this.#socket !== undefined) await sleep(COME_BACK_AFTER_MS);
    this.#socket = await this.#open();
    return this.#socket;
  }

  async #open(): Promise<RawSocket | undefined> {
    const { version, port, stationId, password } = this.options;
    const address = { port, stationId, password, subprotocol: `ocpp${version}` };
    const socket = await RawSocket.open(address, (text) => this.#heard(text, socket));
    this.connections++;
    this.#note(`connects${socket === undefined ? ', and is refused' : ''}`);
    return socket;
  }

  readonly #calmSteps: readonly Step[] = [
    ...many(8, (socket: RawSocket) => this.#call(socket, this.#someFrame())),
    ...many(8, (socket: RawSocket) => this.#call(socket, this.#someFrame({ isSpoilt: true }))),
    ...many(3, (socket: RawSocket) => this.#call(socket, this.#bootFrame())),
    ...many(4, (socket: RawSocket) => this.#text(socket, JSON.stringify(spoiltFrame(this.#someFrame(), this.#random)))),
    ...many(4, (socket: RawSocket) => this.#text(socket, spoiltText(JSON.stringify(this.#someFrame()), this.#random))),
    ...many(2, (socket: RawSocket) => this.#unaskedAnswer(socket)),
    ...many(2, (socket: RawSocket) => this.#oneWay(socket)),
    ...many(2, (socket: RawSocket) => this.#repeated(socket)),
  ];

  readonly #steps: readonly Step[] = [
    ...this.#calmSteps,
    (socket) => this.#flood(socket),
    (socket) => this.#fragments(socket),
    (socket) => this.#oddFrame(socket),
    (socket) => this.#partial(socket),
    (socket) => this.#drip(socket),
    (socket) => this.#halfClose(socket),
    (socket) => this.#unread(socket),
    () => this.#comesTwice(),
    (socket) => this.#leaves(socket),
  ];

  #bootFrame(): readonly unknown[] {
    const { action, payload } = bootOf(this.options.version);
    return [2, freshId(this.#random), action, payload];
  }

  #someFrame({ isSpoilt = false } = {}): readonly unknown[] {
    const { action, payload } = someMessage(this.options.version, this.#memory, this.#random);
    const id = someId(this.#random, this.#recentIds);
    return [2, id, action, isSpoilt ? spoiltPayload(payload, this.#random) : payload];
  }

  #call(socket: RawSocket, frame: readonly unknown[]): void {
    const id = frame[1];
    if (typeof id === 'string') this.#recentIds = [...this.#recentIds, id].slice(-RECENT_IDS);
    this.#text(socket, JSON.stringify(frame));
  }

  #text(socket: RawSocket, text: string): void {
    this.#count(text);
    socket.text(text);
  }

  /** To a call that never was, that was answered already, or to one of its own. */
  #unaskedAnswer(socket: RawSocket): void {
    const id = this.#random.pick([freshId(this.#random), this.#callIds.at(0) ?? '-1', this.#recentIds.at(-1) ?? '']);
    const times = this.#random.pick([1, 2, 20]);
    const answer = this.#random.pick<unknown>([
      [3, id, { status: 'Rejected' }],
      [3, id, {}],
      [3, id],
      [3, id, null],
      [4, id, 'InternalError', 'text', {}],
      [4, id],
      [3],
      [4, id, 7, 7, 7],
      [3, id, { status: { status: 'Accepted' } }],
    ]);
    for (let n = 0; n < times; n++) this.#text(socket, JSON.stringify(answer));
  }

  /** SEND and CALLRESULTERROR, in versions that have them and in those that do not. */
  #oneWay(socket: RawSocket): void {
    const [, id, action, payload] = this.#someFrame({ isSpoilt: this.#random.chance(0.5) });
    const frame = this.#random.chance(0.6) ? [6, id, action, payload] : [5, id, 'InternalError', 'text', payload];
    this.#text(socket, JSON.stringify(frame));
  }

  /** The same call again, or another one under its id. */
  #repeated(socket: RawSocket): void {
    const frame = this.#someFrame();
    const text = JSON.stringify(frame);
    const other = JSON.stringify([2, frame[1], ...this.#someFrame().slice(2)]);
    for (const again of this.#random.chance(0.5) ? [text, text, text] : [text, other]) this.#text(socket, again);
  }

  /** More at once than it may send, in one piece. */
  async #flood(socket: RawSocket): Promise<void> {
    const frames = Array.from({ length: this.#random.integer(20, FLOOD_FRAMES_MAX) }, () => {
      const { action, payload } = floodOf(this.options.version, this.#random);
      const text = JSON.stringify([2, freshId(this.#random), action, payload]);
      this.#count(text);
      return frameBytes(OPCODE.text, Buffer.from(text));
    });
    socket.write(Buffer.concat(frames));
    // What is said after it would long wait to be read; most of the time it comes again at once instead.
    const leaves = this.#random.chance(0.8);
    await sleep(AFTER_FLOOD_MS);
    if (leaves) this.#leaves(socket);
  }

  #fragments(socket: RawSocket): void {
    const bytes = Buffer.from(JSON.stringify(this.#someFrame()));
    const pieces = this.#random.pick([2, 5, 100, 200]);
    const length = Math.max(1, Math.ceil(bytes.length / pieces));
    const endsWell = this.#random.chance(0.7);
    this.#count(`in ${pieces} fragments: ${bytes}`);
    for (let n = 0; n < pieces; n++) {
      const piece = bytes.subarray(n * length, (n + 1) * length);
      const fin = n === pieces - 1 && endsWell;
      socket.write(frameBytes(n === 0 ? OPCODE.text : OPCODE.continuation, piece, { fin }));
      if (this.#random.chance(0.1)) socket.write(frameBytes(OPCODE.ping, Buffer.from('between')));
    }
  }

  /** Frames that web sockets do not have, or that OCPP does not. */
  #oddFrame(socket: RawSocket): void {
    const random = this.#random;
    const bytes = Buffer.from(JSON.stringify(this.#someFrame()));
    const [what, frame] = random.pick<() => readonly [string, Buffer]>([
      () => ['binary', frameBytes(OPCODE.binary, bytes)],
      () => ['binary', frameBytes(OPCODE.binary, flippedBytes(bytes, random))],
      () => ['with other bytes', frameBytes(OPCODE.text, flippedBytes(bytes, random))],
      () => ['not masked', frameBytes(OPCODE.text, bytes, { masked: false })],
      () => ['with reserved bits', frameBytes(OPCODE.text, bytes, { reserved: random.integer(1, 7) })],
      () => ['of a reserved kind', frameBytes(random.pick([3, 7, 11, 15]), bytes)],
      () => ['a continuation of nothing', frameBytes(OPCODE.continuation, bytes)],
      () => ['a ping that is too long', frameBytes(OPCODE.ping, Buffer.alloc(126))],
      () => [
        'many pings',
        Buffer.concat(Array.from({ length: 100 }, () => frameBytes(OPCODE.ping, bytes.subarray(0, 9)))),
      ],
      () => ['a pong', frameBytes(OPCODE.pong, Buffer.alloc(0))],
      () => [
        'a close',
        frameBytes(OPCODE.close, Buffer.from(random.pick<number[]>([[], [3], [3, 232], [0, 0], [255, 255]]))),
      ],
      () => ['a length beyond all bounds', frameBytes(OPCODE.text, bytes, { claimedLength: 2 ** 40 })],
      () => ['a flipped header', flippedBytes(frameBytes(OPCODE.text, bytes), random)],
    ])();
    this.#count(`${what}: ${bytes}`);
    socket.write(frame);
  }

  /** The beginning of a frame; then the rest, or the end of the line. */
  async #partial(socket: RawSocket): Promise<void> {
    const text = JSON.stringify(this.#someFrame());
    const frame = frameBytes(OPCODE.text, Buffer.from(text));
    const cut = this.#random.integer(1, frame.length - 1);
    const then = this.#random.pick(['rest', 'rest', 'halfClose', 'destroy', 'nothing']);
    const waitMs = this.#random.integer(0, 150);
    this.#count(`${cut} of ${frame.length} bytes, then ${then}: ${text}`);
    socket.write(frame.subarray(0, cut));
    await sleep(waitMs);
    if (then === 'rest') socket.write(frame.subarray(cut));
    if (then === 'halfClose') socket.halfClose();
    if (then === 'destroy') socket.destroy();
  }

  async #drip(socket: RawSocket): Promise<void> {
    const text = JSON.stringify(this.#someFrame());
    const frame = frameBytes(OPCODE.text, Buffer.from(text));
    this.#count(`byte by byte: ${text}`);
    const dripped = Math.min(DRIP_BYTES, frame.length);
    for (let n = 0; n < dripped; n++) {
      socket.write(frame.subarray(n, n + 1));
      await sleep(DRIP_EVERY_MS);
    }
    socket.write(frame.subarray(dripped));
  }

  #halfClose(socket: RawSocket): void {
    this.#call(socket, this.#someFrame());
    this.#note('says that nothing more will come');
    socket.halfClose();
  }

  /** It asks much and reads nothing. */
  async #unread(socket: RawSocket): Promise<void> {
    this.#note('does not read for a while');
    socket.stopReading();
    await this.#flood(socket);
    await sleep(UNREAD_MS);
    socket.readAgain();
  }

  /** A second connection while the first is there, which goes on to speak. */
  async #comesTwice(): Promise<void> {
    const first = this.#socket;
    this.#socket = await this.#open();
    if (first === undefined) return;
    this.#earlier.push(first);
    this.#call(first, this.#someFrame());
    if (this.#earlier.length > 4) this.#earlier.shift()?.destroy();
  }

  #leaves(socket: RawSocket): void {
    const withReset = this.#random.chance(0.5);
    this.#note(withReset ? 'resets its connection' : 'leaves');
    socket.destroy(withReset);
  }

  #heard(text: string, socket: RawSocket | undefined): void {
    const frame: unknown = JSON.parse(text);
    if (!Array.isArray(frame)) return;
    const [type, id, third, fourth] = frame as readonly unknown[];
    if (type === 3 && isRecord(third) && typeof third.transactionId === 'number')
      this.#memory.transactionId = third.transactionId;
    if (type === 3 || type === 4) this.#answeredId = String(id);
    if (type !== 2 || socket === undefined) return;
    this.#answer({ id: String(id), action: String(third), payload: isRecord(fourth) ? fourth : {} }, socket);
  }

  #answer(call: ServiceCall, socket: RawSocket): void {
    const { version, isWilling, saysYes = false } = this.options;
    const honesty = this.#isPatient() ? 0.95 : 0.6;
    const given = { random: this.#answering, held: this.#held, earlierIds: this.#callIds, honesty };
    const answers = saysYes
      ? [{ text: JSON.stringify([3, call.id, ordinaryAnswer(version, call, this.#held)]), afterMs: 0 }]
      : isWilling
        ? willingAnswer(version, call, given)
        : unwillingAnswer(version, call, given);
    this.#callIds = [...this.#callIds, call.id].slice(-RECENT_IDS);
    for (const { text, afterMs } of answers) {
      if (afterMs === 0) this.#text(socket, text);
      else this.#later(afterMs, () => this.#text(socket, text));
    }
  }

  #later(delayMs: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#isOver) run();
    }, delayMs);
    this.#timers.add(timer);
  }

  #count(text: string): void {
    this.framesSent++;
    this.options.onFrame?.(text);
    this.#note(text);
  }

  #note(text: string): void {
    const short = text.length > KEPT_LENGTH ? `${text.slice(0, KEPT_LENGTH)}… (${text.length} characters)` : text;
    this.#frames.push(`${new Date().toISOString()} ${short}`);
    if (this.#frames.length > KEPT_FRAMES) this.#frames.shift();
  }
}

function many(times: number, step: Step): readonly Step[] {
  return Array.from({ length: times }, () => step);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
