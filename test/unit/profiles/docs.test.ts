import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compositeSchedule, compressSchedule, validateProfile } from '../../../src/profiles/index.js';

const page = readFileSync(new URL('../../../docs/profiles.md', import.meta.url), 'utf8');

const FUNCTIONS: Readonly<Record<string, (input: never) => unknown>> = {
  compositeSchedule,
  validateProfile,
  compressSchedule: ([schedule, options]: Parameters<typeof compressSchedule>) => compressSchedule(schedule, options),
};

/** A block that begins with ```json call=NAME, and the ```json result that follows it. */
const examples = [...page.matchAll(/^```json call=(\w+)\n([\s\S]*?)^```\n\s*```json result\n([\s\S]*?)^```$/gm)].map(
  ([, name = '', input = '', result = '']) => ({ name, input, result }),
);

describe('docs/profiles.md', () => {
  it('has an example of each function', () => {
    expect(examples.map(({ name }) => name).sort()).toEqual(Object.keys(FUNCTIONS).sort());
  });

  it.each(examples)('$name answers as the page says', ({ name, input, result }) => {
    expect(FUNCTIONS[name]?.(JSON.parse(input) as never)).toEqual(JSON.parse(result));
  });

  it('names every requirement that profiles are judged by', () => {
    const sources = ['rules2x', 'rules21'].map((file) =>
      readFileSync(new URL(`../../../src/profiles/validate/${file}.ts`, import.meta.url), 'utf8'),
    );
    const rules = sources.flatMap((source) =>
      [...source.matchAll(/rule: '(?:K\d\d\.)?FR\.(\d+)'/g)].map(([, id]) => id),
    );
    const table = page.slice(page.indexOf('| About | Rules |'));
    for (const id of rules) expect(table).toContain(`FR.${id}`);
  });
});
