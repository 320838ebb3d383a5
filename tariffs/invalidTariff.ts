/** One thing that is wrong with a document, and what to do about it. */
export interface TariffIssue {
  /** What is wrong, in one sentence. */
  readonly reason: string;
  /** What to do, in one sentence. */
  readonly fix: string;
  /** A JSON pointer, or the path of an XML element. */
  readonly path?: string;
  /** Of text documents, from 1. */
  readonly line?: number;
  /** Of CSV: the column's name, or its number from 1. */
  readonly column?: string;
  /** What stands there, cut to TEXT_MAX characters. */
  readonly text?: string;
}

export type InvalidTariffCode =
  /** It can't be read, or says something that can't be. */
  | 'INVALID_TARIFF'
  /** It is right, but says something that can't be expressed here. It is refused rather than half understood. */
  | 'TARIFF_NOT_EXPRESSIBLE'
  /** Two prices or two versions hold at the same time. */
  | 'TARIFF_OVERLAP'
  /** The market has not published these prices yet: ask again later. */
  | 'TARIFF_NOT_PUBLISHED';

/** So many issues are listed; the rest is counted. */
export const ISSUES_MAX = 20;
export const TEXT_MAX = 80;

/** A document is no tariff. Nothing of it was taken. */
export class InvalidTariff extends Error {
  override readonly name = 'InvalidTariff';
  readonly code: InvalidTariffCode;
  /** At least one, at most ISSUES_MAX. */
  readonly issues: readonly TariffIssue[];
  /** How many more there are. */
  readonly more: number;

  constructor(code: InvalidTariffCode, issues: readonly TariffIssue[]) {
    const [first] = issues;
    super(first === undefined ? code : describe(first));
    this.code = code;
    this.issues = issues.slice(0, ISSUES_MAX);
    this.more = Math.max(0, issues.length - ISSUES_MAX);
  }
}

function describe({ reason, fix, path, line, column, text }: TariffIssue): string {
  const where = [
    path === undefined ? undefined : path,
    line === undefined ? undefined : `line ${line}`,
    column === undefined ? undefined : `column ${column}`,
  ].filter((part) => part !== undefined);
  const at = where.length === 0 ? '' : `${where.join(', ')}: `;
  return `${at}${reason}${text === undefined ? '' : ` ("${text.slice(0, TEXT_MAX)}")`} ${fix}`;
}
