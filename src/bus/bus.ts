/**
 * How processes talk to each other. It carries motion, never the truth: whatever is lost here is asked again, or found in the store.
 * Bodies are JSON.
 */
export interface Bus {
  /** This process. It answers at `addressOfNode(nodeId)` if anybody listens there. */
  readonly nodeId: string;
  readonly presence: Presence;
  /** One who answers per address and process; the answer ends it. What the handler throws reaches the asker as FAILED. */
  answer(address: string, handler: (body: unknown) => Promise<unknown>): Promise<StopListening>;
  /** Throws BusError. What was asked may be carried out all the same, unless its `code` says otherwise. */
  request(address: string, body: unknown, timeoutMs: number): Promise<unknown>;
  /** To every subscriber that is connected now, this process included. Throws BusError NOT_SENT. */
  publish(topic: string, body: unknown): Promise<void>;
  subscribe(topic: string, listener: (body: unknown) => void): Promise<StopListening>;
  /** Called when messages may have been missed: what one has to say, and wants to know, is to be said and asked again. */
  onGap(listener: () => void): StopListening;
  /** Undefined while messages pass; else since when they do not. */
  readonly brokenSinceMs: number | undefined;
  close(): Promise<void>;
}

export type StopListening = () => void;

/** Who holds a key, such as a station's connection; of two the later one counts. */
export interface Presence {
  /** Takes the key, whoever has it. `sinceMs` is later than that of everybody before, also where clocks differ. */
  claim(
    key: string,
    holder: Holder,
    lastsMs: number,
  ): Promise<{ readonly sinceMs: number; readonly before: Holder | undefined }>;
  /** Prolongs it. Answers who else has it since later; then it is no longer ours. Takes it where nobody, or an older one, has it. */
  refresh(key: string, holder: HeldSince, lastsMs: number): Promise<HeldSince | undefined>;
  /** Nothing where another has it. */
  release(key: string, holder: Holder): Promise<void>;
  find(key: string): Promise<HeldSince | undefined>;
}

export interface Holder {
  readonly nodeId: string;
  readonly connectionId: string;
}

export interface HeldSince extends Holder {
  readonly sinceMs: number;
}

/**
 * NOBODY: there is nobody at this address. NOT_SENT: the bus is out of reach; nothing left. NO_ANSWER: it may have been carried out, or
 * not. FAILED: who was asked threw an error.
 */
export type BusErrorCode = 'NOBODY' | 'NOT_SENT' | 'NO_ANSWER' | 'FAILED';

export class BusError extends Error {
  override readonly name = 'BusError';
  readonly code: BusErrorCode;

  constructor(code: BusErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** Where a process answers what is asked of that process. */
export function addressOfNode(nodeId: string): string {
  return `node:${nodeId}`;
}
