import type { SeededRandom } from '../seededRandom.js';

/** Within the 64 KiB that the gateway takes, and beyond them. */
const LONG_TEXT = 30_000;
const TOO_LONG_TEXT = 70_000;
const DEPTHS = [31, 32, 33, 200, 10_000];
const YEAR_MS = 31_536_000_000;

/** Values where others belong: at the bounds of numbers, texts that only look like numbers, words of JavaScript, and worse. */
function oddValue(random: SeededRandom): unknown {
  return random.pick<() => unknown>([
    () => random.pick([0, -0, -1, 1, 2, 3, 0.1, 0.1 + 0.2, 5e-324, 1e21, 1e308, -1e308]),
    () => random.pick([2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 53 - 1, 2 ** 53, -(2 ** 53)]),
    () => random.pick(['', ' ', 'NaN', 'Infinity', '-Infinity', '1e999', '0x10', ' 12 ', '12,5', '-0', '١٢', '1e-999']),
    () => random.pick(['null', 'undefined', '__proto__', 'constructor', 'toString', 'valueOf', '[object Object]']),
    () =>
      random.pick([
        '\u0000',
        '\u202eabc',
        '\ud800',
        '\udfff',
        '\ufeff',
        '\u2028',
        '\u{1f50c}'.repeat(20),
        'a\u0301'.repeat(40),
      ]),
    () => random.pick(['x'.repeat(20), 'x'.repeat(21), 'x'.repeat(37), 'x'.repeat(256), 'x'.repeat(LONG_TEXT)]),
    () =>
      random.pick([
        '1970-01-01T00:00:00Z',
        '0000-00-00T00:00:00Z',
        '9999-12-31T23:59:59Z',
        '2026-02-31T00:00:00Z',
        '+275760-09-13T00:00:00Z',
      ]),
    () => new Date(Date.now() + random.pick([-YEAR_MS, -3_600_000, 3_600_000, YEAR_MS])).toISOString(),
    () => random.pick([null, true, false]),
    () => [],
    () => ({}),
    () => Array.from({ length: random.pick([1, 100, 5_000]) }, () => 0),
    () => ({ toString: 1, valueOf: null, constructor: { prototype: {} }, length: -1 }),
  ])();
}

/** A copy in which a few members somewhere are others: replaced, left out, doubled, wrapped, or of another type. */
export function spoiltPayload(payload: unknown, random: SeededRandom): unknown {
  let spoilt = structuredClone(payload);
  const times = random.integer(1, 3);
  for (let n = 0; n < times; n++) spoilt = spoil(spoilt, random);
  return spoilt;
}

function spoil(value: unknown, random: SeededRandom): unknown {
  if (typeof value !== 'object' || value === null || random.chance(0.15)) return otherThan(value, random);
  if (Array.isArray(value)) return spoilArray(value, random);
  const members = Object.entries(value);
  if (members.length === 0 || random.chance(0.15))
    return { ...value, [random.pick(['extra', 'constructor', 'toJSON', 'customData', ''])]: oddValue(random) };
  const [name, member] = random.pick(members);
  if (random.chance(0.15)) return Object.fromEntries(members.filter(([other]) => other !== name));
  return { ...value, [name]: spoil(member, random) };
}

function spoilArray(values: readonly unknown[], random: SeededRandom): unknown {
  if (values.length === 0) return [oddValue(random)];
  const index = random.integer(0, values.length - 1);
  if (random.chance(0.2)) return Array.from({ length: random.pick([0, 2, 64, 1_000]) }, () => values[index]);
  return values.map((member, at) => (at === index ? spoil(member, random) : member));
}

function otherThan(value: unknown, random: SeededRandom): unknown {
  if (typeof value === 'number' && random.chance(0.4))
    return random.pick([-value, value + 1, value - 1, value * 1e6, value / 1e6, `${value}`, value + 0.5]);
  if (typeof value === 'string' && random.chance(0.3))
    return random.pick([value.toUpperCase(), `${value} `, value.slice(1), value + value, Number(value) || 0]);
  if (random.chance(0.1)) return [value];
  return oddValue(random);
}

/** Message ids: mostly good ones, and then those that were, are too long, or are no text. */
export function someId(random: SeededRandom, recent: readonly string[]): unknown {
  if (random.chance(0.7) || recent.length === 0) return freshId(random);
  if (random.chance(0.6)) return random.pick(recent);
  return random.pick<unknown>([
    '',
    'x'.repeat(36),
    'x'.repeat(37),
    '__proto__',
    '-1',
    '\ud800',
    7,
    null,
    true,
    {},
    ['a'],
  ]);
}

export function freshId(random: SeededRandom): string {
  return `f-${random.positiveInt31().toString(36)}`;
}

/** A frame with the wrong type, the wrong number of members, or members in the wrong places. */
export function spoiltFrame(frame: readonly unknown[], random: SeededRandom): unknown {
  const [, id, ...rest] = frame;
  return random.pick<() => unknown>([
    () => [random.pick<unknown>([0, 1, 5, 6, 6, 7, -2, 2.5, '2', null, [2], 2 ** 53]), id, ...rest],
    () => [random.pick([5, 6]), id, random.pick(['InternalError', 'FormatViolation', 7]), 'text', {}],
    () => frame.slice(0, random.integer(0, frame.length - 1)),
    () => [...frame, random.pick<unknown>([null, {}, 0, 'more'])],
    () => [...frame, ...Array.from({ length: 1_000 }, () => 0)],
    () => [...frame].reverse(),
    () => [frame],
    () => ({ ...frame }),
    () => random.pick<unknown>([null, 2, 'text', {}, []]),
    () => [2, id, oddValue(random), rest[1]],
    () => [2, id, rest[0], random.pick<unknown>([null, [], 'text', 7, true])],
  ])();
}

/** Text that is JSON no more, or JSON that no careful peer would write. */
export function spoiltText(text: string, random: SeededRandom): string {
  const at = random.integer(0, text.length);
  return random.pick<() => string>([
    () => text.slice(0, at),
    () =>
      `${text.slice(0, at)}${random.pick(['"', '\\', '{', '}', '[', ']', ',', ':', '\u0000', '\ufeff', '//', "'"])}${text.slice(at)}`,
    () => text.slice(0, at) + text.slice(at + 1),
    () => text + text,
    () => `\ufeff${text}`,
    () => ` \n\t${text}\r\n`,
    () => text.replace(/:\d+/, `:${random.pick(['NaN', 'Infinity', '1e999', '-', '01', '0x1', '1e', '.5', '1e-999'])}`),
    () => text.replace('{', '{"__proto__":{"polluted":1},'),
    () => text.replace('{', '{"\\u005f_proto__":{"polluted":1},'),
    () => text.replace('{', '{"constructor":{"prototype":{"polluted":1}},'),
    () => text.replace(/"(\w+)":/, '"$1":0,"$1":'),
    () => nested(text, random.pick(DEPTHS)),
    () => text.replace('{', `{"long":"${'x'.repeat(random.pick([LONG_TEXT, LONG_TEXT, TOO_LONG_TEXT]))}",`),
    () =>
      random.pick(['', ' ', '[', ']', '[]', '{}', 'null', '"', '[2', '[2,', '[3,"x"]', '[,]', '\u0000', 'undefined']),
  ])();
}

function nested(text: string, depth: number): string {
  const [open, close] = ['[', ']'].map((bracket) => bracket.repeat(depth));
  return text.replace('{', `{"deep":${open}${close},`);
}

/** A few bytes others than they were: what is UTF-8 no more ends a web socket. */
export function flippedBytes(bytes: Buffer, random: SeededRandom): Buffer {
  const flipped = Buffer.from(bytes);
  const times = random.integer(1, 4);
  for (let n = 0; n < times && flipped.length > 0; n++)
    flipped[random.integer(0, flipped.length - 1)] = random.integer(0, 255);
  return flipped;
}
