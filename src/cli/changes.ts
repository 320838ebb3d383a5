import { painted, type Screen } from './screen.js';

/** A member that is other than before; undefined where it is not there. */
export interface Change {
  /** Such as stations[CP001].failsafeA: things with an id are called by it, wherever in their list they stand. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What changes between two documents. Members that are undefined are not there. The order of things with ids says nothing. */
export function changesBetween(before: unknown, after: unknown, path = ''): readonly Change[] {
  const [was, will] = [byName(before) ?? noneOf(before, after), byName(after) ?? noneOf(after, before)];
  if (was === undefined || will === undefined || was.isList !== will.isList) {
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
  }
  const names = [...will.entries.keys(), ...[...was.entries.keys()].filter((name) => !will.entries.has(name))];
  return names.flatMap((name) => {
    const inside = will.isList ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
    return changesBetween(was.entries.get(name), will.entries.get(name), inside);
  });
}

interface Named {
  readonly isList: boolean;
  readonly entries: ReadonlyMap<string, unknown>;
}

/** An object by its members, a list by its things' ids; undefined for what is compared as a whole. */
function byName(value: unknown): Named | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!Array.isArray(value)) return { isList: false, entries: new Map(Object.entries(value)) };
  const ids = value.map((item: unknown) => idOf(item));
  if (!ids.every((id) => id !== undefined) || new Set(ids).size < ids.length) return undefined;
  return { isList: true, entries: new Map(value.map((item: unknown, k) => [ids[k] ?? '', item])) };
}

/** A list of things that comes or goes does so thing by thing. */
function noneOf(absent: unknown, other: unknown): Named | undefined {
  return absent === undefined && byName(other)?.isList === true ? { isList: true, entries: new Map() } : undefined;
}

function idOf(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null || !('id' in item)) return undefined;
  return typeof item.id === 'string' || typeof item.id === 'number' ? String(item.id) : undefined;
}

/** One line for each: what comes, goes, or becomes something else. */
export function changeLines(screen: Screen, changes: readonly Change[]): readonly string[] {
  return changes.map(({ path, before, after }) => {
    if (before === undefined) return painted(screen, 'green', `+ ${path}: ${written(after)}`);
    if (after === undefined) return painted(screen, 'red', `- ${path}: ${written(before)}`);
    return painted(screen, 'yellow', `~ ${path}: ${written(before)} -> ${written(after)}`);
  });
}

/** As JSON, which escapes whatever could steer a terminal, with air to read it by. */
function written(value: unknown): string {
  return JSON.stringify(value, null, 1).replaceAll(/\n\s*/g, ' ').replaceAll(/\[ /g, '[').replaceAll(/ \]/g, ']');
}
