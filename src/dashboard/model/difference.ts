/** One member that a change touched; undefined: it was not there. */
export interface Difference {
  /** Such as circuits.0.limitA.L1 */
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

const SHOWN_MAX = 200;
const DEEP_MAX = 12;

/** What differs between two documents, member by member; of documents without bounds, the first 200. */
export function differences(before: unknown, after: unknown): readonly Difference[] {
  const [was, is] = [membersOf(before), membersOf(after)];
  const paths = [...new Set([...was.keys(), ...is.keys()])];
  return paths
    .map((path) => ({ path, before: was.get(path), after: is.get(path) }))
    .filter((one) => one.before !== one.after)
    .slice(0, SHOWN_MAX);
}

function membersOf(document: unknown): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const walk = (part: unknown, path: string, deep: number): void => {
    if (typeof part === 'object' && part !== null && deep < DEEP_MAX && Object.keys(part).length > 0) {
      for (const [name, value] of Object.entries(part)) walk(value, path === '' ? name : `${path}.${name}`, deep + 1);
      return;
    }
    if (part !== null && part !== undefined) found.set(path, typeof part === 'string' ? part : JSON.stringify(part));
  };
  walk(document, '', 0);
  return found;
}
