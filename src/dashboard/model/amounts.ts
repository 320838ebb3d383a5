import { type PerPhase, PHASES } from '../api/documents.js';

// Numbers as people write them in forms, with a point or a comma.

export function numberIn(text: string): number | undefined {
  const trimmed = text.trim().replace(',', '.');
  return /^-?\d{1,7}(\.\d{1,3})?$/.test(trimmed) ? Number(trimmed) : undefined;
}

/** "63", or "63/63/32" where phases differ. Undefined: it is neither. */
export function perPhaseIn(text: string): PerPhase | undefined {
  const parts = text.trim().split(/\s*[/;]\s*|\s+/);
  const values = parts.map(numberIn);
  if (values.some((value) => value === undefined)) return undefined;
  const [first, second = first, third = first] = values;
  if (parts.length !== 1 && parts.length !== PHASES.length) return undefined;
  if (first === undefined || second === undefined || third === undefined) return undefined;
  return { L1: first, L2: second, L3: third };
}

export function perPhaseText(limitA: PerPhase, write: (value: number) => string = String): string {
  const { L1, L2, L3 } = limitA;
  return L1 === L2 && L2 === L3 ? write(L1) : [L1, L2, L3].map(write).join('/');
}
