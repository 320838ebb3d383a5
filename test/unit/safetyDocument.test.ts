import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TEXT = readFileSync(`${ROOT}docs/safety.md`, 'utf8');

describe('the page on safety', () => {
  it('says what is promised, how, what is not, and where that is shown', () => {
    const headings = [...TEXT.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings.slice(0, 4)).toEqual(['Promised', 'How', 'Not promised', 'Evidence']);
  });

  it('names evidence that is there: each claim has a test or a bench, and each of those exists', () => {
    const rows = [...TEXT.slice(TEXT.indexOf('## Evidence')).matchAll(/^\| (?!Claim|---)(.+?) \| (.+) \|$/gm)];
    expect(rows.length).toBeGreaterThanOrEqual(7);
    for (const [, claim, where = ''] of rows) {
      const named = [...where.matchAll(/`((?:test|benchmarks)\/[\w./-]+|npm run [\w:]+)/g)].map(
        ([, name = '']) => name,
      );
      const isThere = (name: string) => name.startsWith('npm') || existsSync(`${ROOT}${name}`);
      expect(
        named.filter((name) => !isThere(name)),
        claim,
      ).toEqual([]);
      if (!where.startsWith('tests there')) expect(named, claim).not.toEqual([]);
    }
  });
});
