import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { casesInTests } from './support/testNames.js';

// docs/ocpp-status.md says of each certification case what shows it. It must claim no more than there is, and leave out nothing.

const page = readFileSync(new URL('../../docs/ocpp-status.md', import.meta.url), 'utf8');

interface Claim {
  readonly id: string;
  /** Empty: not built. */
  readonly files: readonly string[];
  readonly text: string;
}

const claims: readonly Claim[] = page
  .split('\n')
  .filter((line) => line.startsWith('| TC_'))
  .flatMap((line) => {
    const [ids = '', , text = ''] = line.split('|').slice(1, -1);
    const files = [...text.matchAll(/`([\w/.]+\.ts)`/g)].map(([, file = '']) => file);
    return ids.split(',').map((id) => ({ id: id.trim(), files, text: text.trim() }));
  });
const built = claims.filter(({ files }) => files.length > 0);

/** What nothing but the codec and the gateway says. */
const OF_THE_CODEC = ['support2x/smartChargingCases.ts', 'v16/centralSystem.test.ts'];

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const written = (prefix: string, digits: number, numbers: readonly number[]) =>
  numbers.map((number) => `${prefix}${String(number).padStart(digits, '0')}`);

/** The lists that we hold ourselves to. A case of 1.6 may have several parts. */
const OF_201 = written('TC_K_', 2, [
  ...[1, 2, 3, 4, 5, 6, 8, 10, 15, 19, 43, 44, 48, 55, 60, 70],
  ...[...range(29, 37), ...range(50, 53), ...range(57, 59)],
]);
const OF_16 = written('TC_', 3, [
  ...[1, 3, 4, 5, 7, 21, 23, 24, 26, 28, 37, 39, 40, 56, 57, 59, 61, 64, 66, 67],
  ...[...range(10, 14), ...range(17, 19), ...range(30, 32), ...range(42, 55), ...range(73, 88)],
]);

describe('docs/ocpp-status.md', () => {
  it('claims of each case exactly the tests whose names begin with it', () => {
    const inTests = casesInTests();
    const claimed = new Map(built.map(({ id, files }) => [id, [...files].sort()]));
    expect(Object.fromEntries([...claimed].sort())).toEqual(Object.fromEntries([...inTests].sort()));
  });

  it('says where only the codec shows a case, and where the service does', () => {
    for (const { id, files, text } of built) {
      const [service = '', codec = ''] = text.startsWith('codec: ') ? ['', text] : text.split('codec: ');
      for (const file of files)
        expect([id, file, (OF_THE_CODEC.includes(file) ? codec : service).includes(file)]).toEqual([id, file, true]);
      expect(text).toMatch(service === '' ? /^codec: / : /^service: /);
    }
  });

  it('names a reason for what is not built', () => {
    for (const { id, text } of claims.filter(({ files }) => files.length === 0))
      expect([id, text]).toEqual([id, expect.stringMatching(/^not built: .{10,}/)]);
  });

  it('counts cases of 2.0.1 only where they run, in that version and in 2.1', () => {
    const imported = (version: string) =>
      readdirSync(new URL(version, import.meta.url)).map((file) =>
        readFileSync(new URL(`${version}${file}`, import.meta.url), 'utf8'),
      );
    for (const file of new Set(built.flatMap(({ files }) => files).filter((path) => path.startsWith('support2x/'))))
      for (const version of ['v201/', 'v21/'])
        expect([file, version, imported(version).some((text) => text.includes(file.replace('.ts', '.js')))]).toEqual([
          file,
          version,
          true,
        ]);
  });

  it('leaves out no case of the lists, and names none twice', () => {
    const ids = claims.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const numbers = ids.map((id) => id.replace(/^(TC_\d{3})_\d+$/, '$1'));
    for (const id of [...OF_201, ...OF_16]) expect(numbers).toContain(id);
  });
});
