import { InvalidTariff, type InvalidTariffCode, ISSUES_MAX, type TariffIssue } from '../invalidTariff.js';

/** What was found while a document is read. It is read to its end, so that all that is wrong is said at once. */
export interface Findings {
  readonly issues: Map<InvalidTariffCode, TariffIssue[]>;
  readonly warnings: Set<string>;
}

export function noFindings(): Findings {
  return { issues: new Map(), warnings: new Set() };
}

/** `issue` is only called for those that are listed: a document may have hundreds of thousands of faults. */
export function addIssue(findings: Findings, code: InvalidTariffCode, issue: () => TariffIssue): void {
  const issues = findings.issues.get(code) ?? [];
  // The rest is only counted: any will do for it.
  const [first] = issues;
  issues.push(first === undefined || issues.length < ISSUES_MAX ? issue() : first);
  findings.issues.set(code, issues);
}

// What can't be read at all is mended first; what is right but can't be expressed is told last.
const GRAVEST_FIRST: readonly InvalidTariffCode[] = [
  'INVALID_TARIFF',
  'TARIFF_OVERLAP',
  'TARIFF_NOT_EXPRESSIBLE',
  'TARIFF_NOT_PUBLISHED',
];

/** Throws InvalidTariff when there are issues: under the gravest code, whose issues come first. */
export function throwIssues({ issues }: Findings): void {
  const gravest = GRAVEST_FIRST.find((code) => issues.has(code));
  if (gravest === undefined) return;
  throw new InvalidTariff(
    gravest,
    GRAVEST_FIRST.flatMap((code) => issues.get(code) ?? []),
  );
}
