import { isJsonObject, type JsonObject, RpcFailure } from './rpc.js';

/** Readers of a payload's members. What does not fit is thrown as the CALLERROR the sender gets. */

export function optionalInteger(payload: JsonObject, name: string): number | undefined {
  const value = payload[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw new RpcFailure('TypeConstraintViolation', `${name} must be an integer`);
  }
  return value;
}

export function requiredInteger(payload: JsonObject, name: string): number {
  return required(optionalInteger(payload, name), name);
}

export function optionalNumber(payload: JsonObject, name: string): number | undefined {
  const value = payload[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new RpcFailure('TypeConstraintViolation', `${name} must be a number`);
  }
  return value;
}

export function requiredNumber(payload: JsonObject, name: string): number {
  return required(optionalNumber(payload, name), name);
}

export function optionalText(payload: JsonObject, name: string): string | undefined {
  const value = payload[name];
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw new RpcFailure('TypeConstraintViolation', `${name} must be a string`);
  return value;
}

export function requiredText(payload: JsonObject, name: string): string {
  return required(optionalText(payload, name), name);
}

export function optionalOneOf<T extends string>(
  payload: JsonObject,
  name: string,
  allowed: readonly T[],
): T | undefined {
  const text = optionalText(payload, name);
  if (text === undefined) return undefined;
  const found = allowed.find((word) => word === text);
  if (found === undefined) {
    throw new RpcFailure('PropertyConstraintViolation', `${name} must be one of ${allowed.join(', ')}`);
  }
  return found;
}

export function requiredOneOf<T extends string>(payload: JsonObject, name: string, allowed: readonly T[]): T {
  return required(optionalOneOf(payload, name, allowed), name);
}

/** An ISO 8601 instant as epoch milliseconds. */
export function optionalInstantMs(payload: JsonObject, name: string): number | undefined {
  const text = optionalText(payload, name);
  if (text === undefined) return undefined;
  const instantMs = Date.parse(text);
  if (Number.isNaN(instantMs)) throw new RpcFailure('PropertyConstraintViolation', `${name} must be a date and time`);
  return instantMs;
}

export function requiredObject(payload: JsonObject, name: string): JsonObject {
  const value = required(payload[name], name);
  if (!isJsonObject(value)) throw new RpcFailure('TypeConstraintViolation', `${name} must be an object`);
  return value;
}

export function requiredList(payload: JsonObject, name: string): readonly JsonObject[] {
  const value: unknown = required(payload[name], name);
  if (!Array.isArray(value)) throw new RpcFailure('TypeConstraintViolation', `${name} must be an array`);
  return value.map((item: unknown) => {
    if (!isJsonObject(item)) throw new RpcFailure('TypeConstraintViolation', `${name} must hold objects`);
    return item;
  });
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new RpcFailure('OccurenceConstraintViolation', `${name} is missing`);
  return value;
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Optional members that are absent are left out, not set to undefined. */
export function dropAbsent<T extends object>(value: T): Present<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Present<T>;
}
