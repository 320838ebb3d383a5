/** What can be wrong with a station, set and lifted while it runs. `action` is an OCPP action that the station is asked for, or '*'. */
export type Fault =
  /** Never answers; with `executed` it does what it was asked all the same: the answer was lost, not the question. */
  | { readonly kind: 'drop'; readonly action: string; readonly executed?: boolean }
  /** Does it at once and answers late. */
  | { readonly kind: 'delay'; readonly action: string; readonly delayMs: number }
  /** Answers Rejected and does nothing. */
  | { readonly kind: 'reject'; readonly action: string }
  /** Answers CALLERROR and does nothing. */
  | { readonly kind: 'callError'; readonly action: string; readonly code?: string }
  /** Accepts and reports every profile, and keeps offering what it offered before (or `limitA`). */
  | { readonly kind: 'ignore'; readonly limitA?: number }
  /** Reports zero on these terminals whatever flows there; default: those that its supply does not even have. */
  | { readonly kind: 'phantomZeros'; readonly terminals?: readonly number[] }
  /** Its clock stands still: timestamps and schedules with it. */
  | { readonly kind: 'frozenClock' }
  /** Its clock is off by this much, and it does not take the central system's time. */
  | { readonly kind: 'clockSkew'; readonly skewMs: number }
  /** Its TxProfiles are gone after every reconnect. */
  | { readonly kind: 'forgetful' }
  /** Sends no meter values. */
  | { readonly kind: 'silentMeter' };

export type FaultKind = Fault['kind'];
/** Those that concern the answers to calls. */
export type ActionFaultKind = 'drop' | 'delay' | 'reject' | 'callError';
type FaultOf<K extends FaultKind> = Extract<Fault, { kind: K }>;

/** The faults of one station: at most one per kind and action. */
export class FaultSet {
  readonly #faults = new Map<string, Fault>();

  set(fault: Fault): void {
    this.#faults.set(keyOf(fault), fault);
  }

  /** Without an action, every fault of the kind; without a kind, all. */
  clear(kind?: FaultKind, action?: string): void {
    for (const [key, fault] of this.#faults) {
      const sameAction = action === undefined || actionOf(fault) === action;
      if ((kind === undefined || fault.kind === kind) && sameAction) this.#faults.delete(key);
    }
  }

  get<K extends FaultKind>(kind: K): FaultOf<K> | undefined {
    return this.#find(kind, () => true);
  }

  /** The one for this action, else the one for every action. */
  forAction<K extends ActionFaultKind>(kind: K, action: string): FaultOf<K> | undefined {
    return (
      this.#find(kind, (fault) => actionOf(fault) === action) ?? this.#find(kind, (fault) => actionOf(fault) === '*')
    );
  }

  list(): readonly Fault[] {
    return [...this.#faults.values()];
  }

  #find<K extends FaultKind>(kind: K, matches: (fault: FaultOf<K>) => boolean): FaultOf<K> | undefined {
    for (const fault of this.#faults.values()) if (isKind(fault, kind) && matches(fault)) return fault;
    return undefined;
  }
}

const actionOf = (fault: Fault): string | undefined => ('action' in fault ? fault.action : undefined);

const keyOf = (fault: Fault): string => `${fault.kind} ${actionOf(fault) ?? ''}`;

function isKind<K extends FaultKind>(fault: Fault, kind: K): fault is FaultOf<K> {
  return fault.kind === kind;
}
