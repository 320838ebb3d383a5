import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MESSAGE_ID_MAX_LENGTH,
  parseFrame,
  serialiseCall,
  serialiseError,
  serialiseResult,
} from '../../../src/ocpp/frame.js';
import { JSON_DEPTH_MAX } from '../../../src/ocpp/jsonShape.js';

const id = fc.string({ minLength: 1, maxLength: MESSAGE_ID_MAX_LENGTH });
const key = fc.string().filter((name) => name !== '__proto__');
const payload = fc.dictionary(key, fc.jsonValue({ maxDepth: 4 }), { noNullPrototype: true });

/** fast-check's JSON may hold -0, which JSON text does not, and `__proto__` further down. */
function asJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}
const hasProto = (value: unknown): boolean => JSON.stringify(value).includes('__proto__');

describe('a frame', () => {
  it('that we write is read back as it was', () => {
    fc.assert(
      fc.property(id, fc.string({ minLength: 1, maxLength: 40 }), payload, (messageId, action, content) => {
        fc.pre(!hasProto(content));
        expect(parseFrame(serialiseCall(messageId, action, content))).toEqual({
          kind: 'call',
          id: messageId,
          action,
          payload: asJson(content),
        });
        expect(parseFrame(serialiseResult(messageId, JSON.stringify(content)))).toEqual({
          kind: 'result',
          id: messageId,
          payload: asJson(content),
        });
        expect(parseFrame(serialiseError(messageId, 'GenericError', action))).toEqual({
          kind: 'error',
          id: messageId,
          code: 'GenericError',
          description: action,
        });
      }),
    );
  });

  it('never makes the reader throw, whatever it is', () => {
    const piece = fc.constantFrom(
      '[',
      ']',
      '{',
      '}',
      '"',
      ':',
      ',',
      '2',
      '3',
      '4',
      '\\',
      '"a"',
      '"id"',
      'null',
      '\u0000',
    );
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.array(piece, { maxLength: 200 }).map((pieces) => pieces.join('')),
      fc.array(fc.jsonValue(), { maxLength: 6 }).map((members) => JSON.stringify(members)),
      fc
        .tuple(fc.constantFrom(2, 3, 4), fc.jsonValue(), fc.jsonValue(), fc.jsonValue())
        .map((frame) => JSON.stringify(frame)),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        expect(parseFrame(text).kind).toMatch(/^(call|result|error|malformedCall|malformedAnswer|unreadable)$/);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['[2,"i","Heartbeat"]', 'call'],
    ['[2,"i","Heartbeat",null]', 'call'],
    ['[3,"i",null]', 'result'],
    ['[4,"i","GenericError"]', 'error'],
    ['[2,"i","Heartbeat",{},1]', 'malformedCall'],
    ['[2,"i","Heartbeat",[]]', 'malformedCall'],
    ['[2,"i",7,{}]', 'malformedCall'],
    ['[2,"i","",{}]', 'malformedCall'],
    [`[2,"i","${'x'.repeat(65)}",{}]`, 'malformedCall'],
    ['[2,"","Heartbeat",{}]', 'unreadable'],
    [`[2,"${'i'.repeat(37)}","Heartbeat",{}]`, 'unreadable'],
    ['[2]', 'unreadable'],
    ['[]', 'unreadable'],
    ['{}', 'unreadable'],
    ['"x"', 'unreadable'],
    ['[3,"i","text"]', 'malformedAnswer'],
    ['[3,"i",{},{}]', 'malformedAnswer'],
    ['[3,7,{}]', 'malformedAnswer'],
    ['[4,"i",7]', 'malformedAnswer'],
    ['[4,"i","X","d",{"a":1,"a":2}]', 'malformedAnswer'],
  ])('%s is a %s', (text, kind) => {
    expect(parseFrame(text).kind).toBe(kind);
  });
});

describe('flaws that JSON.parse lets pass', () => {
  const call = (content: string): string => parseFrame(`[2,"i","A",${content}]`).kind;

  it('finds a key given twice at any depth, escaped or not', () => {
    expect(call('{"a":1,"a":1}')).toBe('malformedCall');
    expect(call('{"x":[{"a":1},{"b":{"a":1,"\\u0061":2}}]}')).toBe('malformedCall');
    expect(call('{"a":{"a":[{"a":1},{"a":1}]}}')).toBe('call');
  });

  it('is not misled by colons, quotes and braces inside strings', () => {
    expect(call('{"a":"b:c","d":"\\"e\\":{[","f\\\\":"\\\\\\"","g:h":":"}')).toBe('call');
  });

  it('finds __proto__ at any depth, escaped or not', () => {
    expect(call('{"a":[{"__proto__":{}}]}')).toBe('malformedCall');
    expect(call('{"\\u005f\\u005fproto__":1}')).toBe('malformedCall');
    expect(call('{"a":"__proto__"}')).toBe('call');
  });

  it('finds nesting beyond the limit, and allows it up to there', () => {
    const nested = (levels: number): string => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    expect(call(nested(JSON_DEPTH_MAX - 2))).toBe('call');
    expect(call(nested(JSON_DEPTH_MAX - 1))).toBe('malformedCall');
    expect(call(nested(30_000))).toBe('malformedCall');
  });

  it('agrees with a reader that keeps every key, for any JSON', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.jsonValue({ maxDepth: 2 }))), (members) => {
        fc.pre(!hasProto(members));
        const text = `{${members.map(([name, value]) => `"${name}":${JSON.stringify(value)}`).join(',')}}`;
        const isUnique = new Set(members.map(([name]) => name)).size === members.length;
        expect(call(text)).toBe(isUnique ? 'call' : 'malformedCall');
      }),
    );
  });
});
