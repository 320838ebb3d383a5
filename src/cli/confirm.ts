import { createInterface } from 'node:readline/promises';
import { UsageError } from './failures.js';

/** Asks on stderr, so that stdout stays the answer. Where nobody can be asked, --yes must have been given, or `otherwise`. */
export async function confirm(question: string, otherwise = ''): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UsageError(`nobody is there to be asked: give --yes to do it${otherwise}.`);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}
