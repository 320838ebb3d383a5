import { isDeepStrictEqual } from 'node:util';

/** What differs between two documents: the members and, of lists whose items have ids, the items that are not the same in both. */
export function difference(before: unknown, after: unknown): { readonly before: unknown; readonly after: unknown } {
  if (isList(before) && isList(after)) return ofLists(before, after);
  if (!isObject(before) || !isObject(after)) return { before, after };
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const differing = names.filter((name) => !isDeepStrictEqual(before[name], after[name]));
  const parts = differing.map((name) => ({ name, ...difference(before[name], after[name]) }));
  return {
    before: Object.fromEntries(
      parts.filter((part) => part.before !== undefined).map((part) => [part.name, part.before]),
    ),
    after: Object.fromEntries(parts.filter((part) => part.after !== undefined).map((part) => [part.name, part.after])),
  };
}

interface Item {
  readonly id: string | number;
}

function ofLists(before: readonly Item[], after: readonly Item[]) {
  const earlier = new Map(before.map((item) => [item.id, item]));
  const later = new Map(after.map((item) => [item.id, item]));
  return {
    before: before.filter((item) => !isDeepStrictEqual(item, later.get(item.id))),
    after: after.filter((item) => !isDeepStrictEqual(item, earlier.get(item.id))),
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is readonly Item[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => isObject(item) && isId(item.id));
}

function isId(id: unknown): boolean {
  return typeof id === 'string' || typeof id === 'number';
}
