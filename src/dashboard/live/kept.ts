/**
 * The new value, made of the parts of the old one wherever they say the same: what did not change stays the same object, and is not
 * drawn again. Members and elements are compared by their text, since they come as JSON; elements with an `id` by that.
 */
export function kept<T extends object>(before: T | undefined, after: T): T {
  if (before === undefined) return after;
  const entries = Object.entries(after).map(([name, value]) => {
    const old: unknown = (before as Readonly<Record<string, unknown>>)[name];
    return [name, keptPart(old, value)] as const;
  });
  return Object.fromEntries(entries) as T;
}

function keptPart(before: unknown, after: unknown): unknown {
  if (Array.isArray(before) && Array.isArray(after)) {
    const byId = new Map(before.map((part: unknown, index) => [idOf(part) ?? index, part]));
    const parts = after.map((part: unknown, index) => {
      const old = byId.get(idOf(part) ?? index);
      return same(old, part) ? old : part;
    });
    return parts.length === before.length && parts.every((part, index) => part === before[index]) ? before : parts;
  }
  return same(before, after) ? before : after;
}

function idOf(part: unknown): string | undefined {
  if (typeof part !== 'object' || part === null) return undefined;
  if ('sessionId' in part) return String(part.sessionId);
  return 'id' in part ? String(part.id) : undefined;
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
