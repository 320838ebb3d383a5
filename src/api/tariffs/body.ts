import { TextDecoder } from 'node:util';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TariffIssue } from '../../../tariffs/index.js';
import { Problem } from '../../site/problem.js';
import { jsonParser } from '../jsonBody.js';
import { handleError } from '../problems.js';
import { inWordsOfTheAddress } from './addressWords.js';

/** Documents are read on the event loop that keeps the fuses: a larger one would hold it up for too long. */
export const TARIFF_BODY_MAX_BYTES = 1024 * 1024;
/** XML takes several times as long to read. A month of quarter hours has a quarter of this. */
const XML_MAX_BYTES = 512 * 1024;

/** Beside JSON, as everywhere. text/plain: what it is must then be said by ?format=. */
const TEXT_TYPES = ['application/xml', 'text/xml', 'text/csv', 'text/plain'];

declare module 'fastify' {
  interface FastifyRequest {
    /** Of a tariff document in JSON, as it came: there a member may stand twice, of which the value keeps one. */
    jsonText: string;
  }
}

/** For this scope only: bodies of text, in whatever character set they say, and refusals that know what is sent here. */
export function acceptTariffDocuments(scope: FastifyInstance): void {
  const parseJson = jsonParser(scope);
  scope.decorateRequest('jsonText', '');
  scope.removeContentTypeParser('application/json');
  scope.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, text, done) => {
    request.jsonText = text;
    return parseJson(request, text, done);
  });
  scope.addContentTypeParser<Buffer>(TEXT_TYPES, { parseAs: 'buffer' }, (request, body, done) => {
    const type = request.headers['content-type'] ?? '';
    try {
      if (body.length > XML_MAX_BYTES && /xml/i.test(type)) throw tooLarge('Tariff documents in XML', XML_MAX_BYTES);
      done(null, decodeText(body, type));
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  });
  scope.addHook('onRequest', async ({ headers }) => {
    const encoding = headers['content-encoding'] ?? 'identity';
    if (encoding === 'identity') return;
    throw new Problem(
      'UNSUPPORTED_MEDIA_TYPE',
      `Content-Encoding "${encoding.slice(0, 40)}" is not taken; send it plain.`,
    );
  });
  scope.setErrorHandler((error: unknown, request: FastifyRequest, reply: FastifyReply) =>
    handleError(inWordsOfTariffs(error, request), request, reply),
  );
}

function inWordsOfTariffs(error: unknown, { headers }: FastifyRequest): unknown {
  if (error instanceof Problem) return withField(error, /^application\/json\b/i.test(headers['content-type'] ?? ''));
  const { statusCode } = (error ?? {}) as Partial<FastifyError>;
  switch (statusCode) {
    case 413:
      return tooLarge('Tariff documents', TARIFF_BODY_MAX_BYTES);
    case 415:
      return new Problem(
        'UNSUPPORTED_MEDIA_TYPE',
        `The Content-Type must be application/json, ${TEXT_TYPES.slice(0, -1).join(', ')}, or text/plain beside ?format=.`,
      );
    default:
      return error;
  }
}

function tooLarge(what: string, maxBytes: number): Problem {
  return new Problem(
    'PAYLOAD_TOO_LARGE',
    `${what} may have ${maxBytes / 1024} KiB: split prices by month and POST one after the other to /v1/tariffs/{tariffId}/prices.`,
  );
}

/** An option of the reader, which here is a parameter of the address. */
const OPTION = /^\/?options[./](?:csv[./])?(\w+)$/;

/** The field at fault is the first issue's place; what the reader calls an option, the caller knows as a parameter. */
function withField(problem: Problem, isJson: boolean): Problem {
  const { issues } = problem.details;
  if (!Array.isArray(issues) || problem.field !== undefined) return problem;
  const named: readonly TariffIssue[] = issues.map((issue: TariffIssue) => {
    const parameter = OPTION.exec(issue.path ?? '')?.[1];
    const inWords = { ...issue, reason: inWordsOfTheAddress(issue.reason), fix: inWordsOfTheAddress(issue.fix) };
    return parameter === undefined ? inWords : { ...inWords, path: `?${parameter}` };
  });
  const place = named[0]?.path;
  const field = place?.startsWith('?') === true ? place.slice(1) : isJson ? place : undefined;
  return new Problem(problem.code, inWordsOfTheAddress(problem.message), {
    ...(field === undefined ? {} : { field }),
    details: { ...problem.details, issues: named },
  });
}

const BYTE_ORDER_MARKS = [
  { bytes: [0xef, 0xbb, 0xbf], charset: 'utf-8' },
  { bytes: [0xff, 0xfe], charset: 'utf-16le' },
  { bytes: [0xfe, 0xff], charset: 'utf-16be' },
] as const;

/** A byte order mark goes before what the header says, that before an XML declaration; else it is UTF-8. Wrong bytes are refused. */
export function decodeText(body: Uint8Array, contentType: string): string {
  const charset = markOf(body) ?? charsetOf(contentType) ?? declaredIn(body) ?? 'utf-8';
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(charset, { fatal: true });
  } catch {
    throw new Problem(
      'UNSUPPORTED_MEDIA_TYPE',
      `The character set "${charset.slice(0, 40)}" is not known; send UTF-8.`,
    );
  }
  try {
    const text = decoder.decode(body);
    return decoder.encoding === 'windows-1252' ? text.replaceAll(/[\u0080-\u009f]/g, fromWindows) : text;
  } catch {
    throw new Problem(
      'INVALID_REQUEST',
      `The body is not ${charset}: save it as UTF-8, or name its character set, as in "Content-Type: text/csv; charset=windows-1252".`,
    );
  }
}

/** 0x80 to 0x9f of windows-1252. Node before 23 reads them as of ISO 8859-1: "€/MWh" would not be found among the columns. */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

function fromWindows(character: string): string {
  return WINDOWS_1252[character.charCodeAt(0) - 0x80] ?? character;
}

function markOf(body: Uint8Array): string | undefined {
  return BYTE_ORDER_MARKS.find(({ bytes }) => bytes.every((byte, index) => body[index] === byte))?.charset;
}

function charsetOf(contentType: string): string | undefined {
  return /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType)?.[1];
}

const DECLARATION_MAX_BYTES = 200;

function declaredIn(body: Uint8Array): string | undefined {
  const start = Buffer.from(body.subarray(0, DECLARATION_MAX_BYTES)).toString('latin1');
  return /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']/.exec(start)?.[1];
}
