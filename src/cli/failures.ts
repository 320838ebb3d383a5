import { CommanderError } from 'commander';
import { members, number, records, text } from './lenient.js';

/** What a script decides by (docs/cli.md). */
export const EXIT_CODES = { ok: 0, refused: 1, usage: 2, unreachable: 3 } as const;

const ISSUES_SHOWN_MAX = 20;

/** What the person at the keyboard typed, or did not set, and can mend. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Nobody answered, or somebody who is no Evenkeel service. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** The service understood, and said no, with a problem document (RFC 9457). */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly problem: Readonly<Record<string, unknown>>;

  constructor(problem: Readonly<Record<string, unknown>>) {
    super(refusal(problem));
    this.problem = problem;
  }

  get code(): string {
    return text(this.problem.code, '');
  }

  get field(): string | undefined {
    return typeof this.problem.field === 'string' ? this.problem.field : undefined;
  }

  /** The same, said with the place in the file that the field is read from. */
  at(place: string): Refused {
    return new Refused({ ...this.problem, place });
  }
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT_CODES.usage;
  if (error instanceof Unreachable) return EXIT_CODES.unreachable;
  // Help and version end the parsing too, and are no failures; help that was not asked for says that something is missing.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage;
  return EXIT_CODES.refused;
}

/** One JSON value for programs: what the service said, or the same members as far as there are any. */
export function failureDocument(error: unknown): Readonly<Record<string, unknown>> {
  const exitCode = exitCodeOf(error);
  if (error instanceof Refused) return { exitCode, ...error.problem };
  const detail = (error instanceof Error ? error.message : String(error))
    .replace(/^error: /, '')
    .replaceAll(/\s*\n\s*/g, ' ');
  const code = exitCode === EXIT_CODES.usage ? 'USAGE' : exitCode === EXIT_CODES.unreachable ? 'UNREACHABLE' : 'FAILED';
  return { exitCode, code, detail };
}

/** Where the command line has a better word than the API, whose advice names addresses. */
const FIXES: Readonly<Record<string, string>> = {
  UNAUTHORIZED: 'Give the admin key that the first start of the service printed, in EVENKEEL_KEY or by --key.',
  SITE_NOT_FOUND: '"evenkeel site list" shows what there is; "evenkeel site apply FILE" makes one.',
  STATION_NOT_FOUND: '"evenkeel stations list" shows what there is.',
  SESSION_NOT_FOUND: '"evenkeel sessions list" shows what there is; only open ones can be explained.',
  LIMIT_NOT_FOUND: '"evenkeel limit list SITE" shows what there is.',
  TARIFF_NOT_FOUND: '"evenkeel tariff list" shows what there is; "evenkeel tariff upload TARIFF FILE" makes one.',
  USER_NOT_FOUND: '"evenkeel users list" shows those that there are.',
  EMAIL_TAKEN: 'Use another one, or change that user with "evenkeel users change".',
  KEY_NOT_FOUND: '"evenkeel key list" shows what there is.',
  WEBHOOK_NOT_FOUND: '"evenkeel webhooks list" shows what there is.',
  FORBIDDEN:
    'Use a key with another role: "evenkeel key create" makes one for who may; docs/accounts.md says who may what.',
  STATION_NOT_WAITING: '"evenkeel stations waiting" shows those that do; with --open 15 new ones may come.',
};

/** The first line says what is wrong where and what to do; a document with many faults has a line for each below it. */
function refusal(problem: Readonly<Record<string, unknown>>): string {
  const code = text(problem.code, 'no code');
  const field = text(problem.field, '');
  const place = text(problem.place, '');
  const where = [place, field].filter((part) => part !== '').join(', ');
  const detail = sentence(text(problem.detail, text(problem.title, 'It was refused')));
  const fix = FIXES[code] ?? text(problem.fix, '');
  const first = `refused (${number(problem.status)} ${code})${where === '' ? '' : ` at ${where}`}: ${detail} ${fix}`;
  const issues = records(problem.issues);
  const shown = issues.slice(0, ISSUES_SHOWN_MAX).map(issueLine);
  const more = issues.length > shown.length ? [`  … and ${issues.length - shown.length} more`] : [];
  // A single one is what detail says already.
  return [first.trimEnd(), ...(issues.length > 1 ? [...shown, ...more] : [])].join('\n');
}

function issueLine(issue: Readonly<Record<string, unknown>>): string {
  const line = members(issue).line;
  const place = [text(issue.path, ''), typeof line === 'number' ? `line ${line}` : ''].filter((part) => part !== '');
  const prefix = place.length === 0 ? '' : `${place.join(', ')}: `;
  return `  ${prefix}${sentence(text(issue.reason, '?'))} ${text(issue.fix, '')}`.trimEnd();
}

const sentence = (words: string): string => (/[.!?:]$/.test(words) ? words : `${words}.`);
