import { describe, expect, it } from 'vitest';
import { changeLines, changesBetween } from '../../../src/cli/changes.js';
import { exitCodeOf, failureDocument, Refused, Unreachable, UsageError } from '../../../src/cli/failures.js';
import { parseInput } from '../../../src/cli/inputFile.js';
import { assignment, currents, instantText, phaseNames, wholeNumber } from '../../../src/cli/optionValues.js';
import { writeDocument } from '../../../src/cli/outputFile.js';

const PLAIN = { columns: 100, color: false };
const all = (currentA: number) => ({ L1: currentA, L2: currentA, L3: currentA });
const SITE = {
  name: 'Depot',
  circuits: [
    { id: 'grid', limitA: all(63) },
    { id: 'row', parentId: 'grid', limitA: all(32) },
  ],
  stations: [{ id: 'CP001', circuitId: 'row', evses: [{ id: 1, phases: ['L1', 'L2'] }] }],
  defaults: { departure: '07:00' },
};

describe('what changes between two sites', () => {
  it('is said member by member, with things called by their ids', () => {
    const after = {
      ...SITE,
      name: 'Depot Nord',
      circuits: [
        { id: 'row', parentId: 'grid', limitA: { ...all(32), L2: 25 } },
        { id: 'grid', limitA: all(63), powerLimitW: 20_000 },
      ],
      stations: [
        { id: 'CP002', circuitId: 'row' },
        { id: 'CP001', circuitId: 'row', evses: [{ id: 1, phases: ['L2', 'L1'] }] },
      ],
      defaults: undefined,
    };
    expect(changeLines(PLAIN, changesBetween(SITE, after))).toEqual([
      '~ name: "Depot" -> "Depot Nord"',
      '~ circuits[row].limitA.L2: 32 -> 25',
      '+ circuits[grid].powerLimitW: 20000',
      '+ stations[CP002]: { "id": "CP002", "circuitId": "row" }',
      '~ stations[CP001].evses[1].phases: ["L1", "L2"] -> ["L2", "L1"]',
      '- defaults: { "departure": "07:00" }',
    ]);
  });

  it('is nothing where only the order of things differs', () => {
    expect(changesBetween(SITE, { ...SITE, circuits: [...SITE.circuits].reverse() })).toEqual([]);
  });

  it('of a new site is each thing in it', () => {
    expect(changesBetween({}, SITE).map(({ path }) => path)).toEqual([
      'name',
      'circuits[grid]',
      'circuits[row]',
      'stations[CP001]',
      'defaults',
    ]);
  });
});

describe('a file', () => {
  it('comes back as it was written, in YAML and JSON', async () => {
    for (const format of ['yaml', 'json'] as const) {
      expect((await parseInput(`site.${format}`, await writeDocument(SITE, format))).value).toEqual(SITE);
    }
  });

  it('in YAML is short, and quotes what older readers take for a number', async () => {
    const text = await writeDocument(SITE, 'yaml');
    expect(text).toContain('limitA: { L1: 63, L2: 63, L3: 63 }');
    expect(text).toMatch(/departure: ["']07:00["']/);
  });

  it('that is neither is refused with the line', async () => {
    await expect(parseInput('site.yaml', 'name: a\ncircuits: [\n')).rejects.toThrow(
      /^site\.yaml:\d+:\d+ is not YAML: .*\.$/,
    );
    await expect(parseInput('site.yaml', 'name: a\nname: b\n')).rejects.toThrow(/^site\.yaml:2:1 is not YAML/);
    await expect(parseInput('site.json', '{ "name": }')).rejects.toThrow(/^site\.json is not JSON/);
  });

  it('says on which line what was refused stands, or else what it is missing in', async () => {
    const content = 'name: Depot\ncircuits:\n  - id: grid\n    limitA: { L1: 1 }\n';
    const refused = async (field: string) =>
      (await parseInput('site.yaml', content)).located(new Refused({ status: 400, code: 'INVALID_REQUEST', field }));
    expect(String(await refused('/circuits/0/limitA/L1'))).toContain('site.yaml:4');
    expect(String(await refused('/circuits/0/parentId'))).toContain('site.yaml:3');
    expect(String(await refused('timeZone'))).not.toContain('site.yaml');
    const json = await (await parseInput('site.json', '{\n  "name": 5\n}')).located(
      new Refused({ status: 400, code: 'INVALID_REQUEST', field: '/name' }),
    );
    expect(String(json)).toContain('site.json:2');
  });
});

describe('a failure', () => {
  const refused = new Refused({
    status: 422,
    code: 'FAILSAFE_EXCEEDS_LIMIT',
    detail: 'They sum to 70 A',
    field: '/stations/0/failsafeA',
    fix: 'Lower failsafeA.',
  });

  it('is one line that says what, where, and what to do', () => {
    expect(refused.message).toBe(
      'refused (422 FAILSAFE_EXCEEDS_LIMIT) at /stations/0/failsafeA: They sum to 70 A. Lower failsafeA.',
    );
    expect(new Refused({ status: 401, code: 'UNAUTHORIZED', detail: 'No.', fix: 'Send a header.' }).message).toContain(
      'EVENKEEL_KEY',
    );
  });

  it('with many faults lists them below', () => {
    const issues = [
      { path: '/a', reason: 'is not there', fix: 'Add it.' },
      { line: 7, reason: 'is no price.', fix: '' },
    ];
    expect(new Refused({ status: 422, code: 'INVALID_TARIFF', detail: 'Two faults.', fix: '', issues }).message).toBe(
      'refused (422 INVALID_TARIFF): Two faults.\n  /a: is not there. Add it.\n  line 7: is no price.',
    );
  });

  it('has the exit code that scripts decide by, and a document for programs', () => {
    expect([refused, new UsageError('x'), new Unreachable('x'), new Error('x')].map(exitCodeOf)).toEqual([1, 2, 3, 1]);
    expect(failureDocument(refused)).toMatchObject({ exitCode: 1, code: 'FAILSAFE_EXCEEDS_LIMIT', status: 422 });
    expect(failureDocument(new UsageError('no key'))).toEqual({ exitCode: 2, code: 'USAGE', detail: 'no key' });
  });
});

describe('the value of an option', () => {
  it('is read as it is meant', () => {
    expect(currents('40')).toEqual(all(40));
    expect(currents('L1=40,L2=40,L3=30')).toEqual({ ...all(40), L3: 30 });
    expect(phaseNames('L2,L3,L1')).toEqual(['L2', 'L3', 'L1']);
    expect(instantText('2026-01-14T17:00:00+01:00')).toBe('2026-01-14T17:00:00+01:00');
    expect(assignment('delimiter=;', { unit: 'perKwh' })).toEqual({ unit: 'perKwh', delimiter: ';' });
  });

  it.each([
    [() => currents('L1=40'), 'one for each phase'],
    [() => currents('L1=40,L2=40,L4=1'), 'one for each phase'],
    [() => currents('many'), 'a number'],
    [() => currents('-1'), 'a number'],
    [() => phaseNames('L1,L1'), 'each once'],
    [() => phaseNames('L4'), 'one to three'],
    [() => instantText('2026-01-14T17:00'), 'offset'],
    [() => instantText('2026-13-14T17:00:00Z'), 'offset'],
    [() => wholeNumber({ min: 1, max: 5 })('6'), '1 to 5'],
    [() => assignment('delimiter'), 'name=value'],
  ])('or is refused with what to write: %s', (read, words) => {
    expect(read).toThrow(words);
  });
});
