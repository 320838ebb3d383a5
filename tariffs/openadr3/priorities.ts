/** What events say, by their priority: the lowest number, which wins, first. */
export function levelsOf<T extends { readonly priority: number }>(claims: readonly T[]): readonly (readonly T[])[] {
  const levels = new Map<number, T[]>();
  for (const claim of claims) {
    const level = levels.get(claim.priority);
    if (level === undefined) levels.set(claim.priority, [claim]);
    else level.push(claim);
  }
  return [...levels].sort(([a], [b]) => a - b).map(([, level]) => level);
}
