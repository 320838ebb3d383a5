import { type JsonObject, parseFrame, serialiseCall, serialiseResult } from '../ocpp/frame.js';
import { listOf, objectOf } from './csmsRequests.js';
import type { ProxyMemory } from './proxyMemory.js';

// How often a station measures is wanted by its site and by its CSMS. The station measures by the smaller interval, which serves both;
// to the CSMS it says what the CSMS has set.

const SHARED: ReadonlySet<string> = new Set(['metervaluesampleinterval', 'sampleddatactrlr.txupdatedinterval']);
/** Whatever says one of them has it in its text. */
const MENTIONED = /MeterValueSampleInterval|TxUpdatedInterval/i;
/** Seconds. OCPP gives no most; no station is asked to measure less often than daily. */
const INTERVAL = /^\d{1,6}$/;

export function isSharedInterval(key: string): boolean {
  return SHARED.has(key.toLowerCase());
}

export class SharedIntervals {
  readonly #memory: ProxyMemory;
  /** As the station had it before ours. */
  readonly #seen = new Map<string, string>();

  readonly #couldNotKeep: () => void;

  constructor(memory: ProxyMemory, couldNotKeep: () => void) {
    this.#memory = memory;
    this.#couldNotKeep = couldNotKeep;
  }

  /** What the station says that it has, asked by us. */
  read(key: string, value: string): void {
    if (isSharedInterval(key) && INTERVAL.test(value)) this.#seen.set(key.toLowerCase(), value);
  }

  /** What goes to the station where the site wants this. What the station had before is what its CSMS had set. */
  forSite(key: string, value: string): string {
    const name = key.toLowerCase();
    const { ours = {}, theirs = {} } = this.#memory.kept;
    const seen = this.#seen.get(name);
    const before = theirs[name] ?? (ours[name] === undefined && seen !== value ? seen : undefined);
    this.#memory
      .save({
        ours: { ...ours, [name]: value },
        ...(before === undefined ? {} : { theirs: { ...theirs, [name]: before } }),
      })
      .catch(this.#couldNotKeep);
    return before === undefined ? value : smaller(value, before);
  }

  /** What goes to the station where its CSMS wants this; undefined: it is no interval. */
  forCsms(key: string, value: string): string | undefined {
    const ours = this.#memory.kept.ours?.[key.toLowerCase()];
    if (ours === undefined) return value;
    const wanted = value.trim();
    return INTERVAL.test(wanted) ? smaller(ours, wanted) : undefined;
  }

  /** The station has taken what came of it. */
  taken(key: string, value: string): void {
    if (!INTERVAL.test(value.trim())) return;
    const { theirs } = this.#memory.kept;
    this.#memory.save({ theirs: { ...theirs, [key.toLowerCase()]: value.trim() } }).catch(this.#couldNotKeep);
  }

  /** A frame of the station's as its CSMS is to read it: with the interval that the CSMS has set. */
  asCsmsSees(text: string): string {
    const { theirs } = this.#memory.kept;
    if (theirs === undefined || !MENTIONED.test(text)) return text;
    const frame = parseFrame(text);
    if (frame.kind === 'result') {
      const payload = asSet(frame.payload, theirs);
      return payload === undefined ? text : serialiseResult(frame.id, JSON.stringify(payload));
    }
    if (frame.kind !== 'call' || frame.action !== 'NotifyReport') return text;
    const reportData = listOf(frame.payload.reportData).map((entry) => reported(objectOf(entry), theirs));
    return serialiseCall(frame.id, frame.action, { ...frame.payload, reportData });
  }
}

type Values = Readonly<Record<string, string>>;

/** Undefined: it answers no question for settings. */
function asSet(payload: JsonObject, theirs: Values): JsonObject | undefined {
  if (Array.isArray(payload.configurationKey)) {
    const configurationKey = payload.configurationKey.map(objectOf).map((entry) => {
      const value = theirs[String(entry.key).toLowerCase()];
      return value === undefined || entry.value === undefined ? entry : { ...entry, value };
    });
    return { ...payload, configurationKey };
  }
  if (!Array.isArray(payload.getVariableResult)) return undefined;
  const getVariableResult = payload.getVariableResult.map(objectOf).map((entry) => {
    const value = theirs[variableOf(entry)];
    const isShown = isActual(entry.attributeType) && entry.attributeValue !== undefined;
    return value === undefined || !isShown ? entry : { ...entry, attributeValue: value };
  });
  return { ...payload, getVariableResult };
}

function reported(entry: JsonObject, theirs: Values): JsonObject {
  const value = theirs[variableOf(entry)];
  if (value === undefined || !Array.isArray(entry.variableAttribute)) return entry;
  const variableAttribute = entry.variableAttribute
    .map(objectOf)
    .map((attribute) =>
      isActual(attribute.type) && attribute.value !== undefined ? { ...attribute, value } : attribute,
    );
  return { ...entry, variableAttribute };
}

/** The value itself, not what it may be set to. */
function isActual(attributeType: unknown): boolean {
  return attributeType === undefined || attributeType === 'Actual';
}

function variableOf({ component, variable }: JsonObject): string {
  return `${String(objectOf(component).name)}.${String(objectOf(variable).name)}`.toLowerCase();
}

/** 0 means not to measure at all, and so more seldom than any other. */
function smaller(a: string, b: string): string {
  const [first, second] = [Number(a), Number(b)];
  if (first === 0) return b;
  return second === 0 || first <= second ? a : b;
}
