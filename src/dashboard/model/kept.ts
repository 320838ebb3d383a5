/**
 * The new value, made of the parts of the old one wherever they say the same: what did not change stays the same object, and is not
 * drawn again. All of it comes as JSON; elements with an `id` are compared with those of the same id.
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

/** Whether two parts of JSON say the same: part by part, since writing both as text takes several times as long, and a site of 500 stations comes each second. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) return false;
    for (let at = 0; at < a.length; at += 1) if (!same(a[at], b[at])) return false;
    return true;
  }
  const [of, beside] = [a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>];
  let left = 0;
  for (const name in of) {
    if (!same(of[name], beside[name])) return false;
    if (of[name] !== undefined) left += 1;
  }
  for (const name in beside) if (beside[name] !== undefined) left -= 1;
  return left === 0;
}
