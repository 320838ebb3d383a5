import { readFile } from 'node:fs/promises';
import { Refused, UsageError } from './failures.js';

/** A document from a file in JSON or YAML, that knows on which line each of its members stands. */
export interface InputDocument {
  readonly name: string;
  readonly value: unknown;
  /** Says the line in the file where a refusal names a member of it. */
  readonly located: (error: unknown) => Promise<unknown>;
}

const STDIN = '-';

export async function readBytes(file: string): Promise<Uint8Array<ArrayBuffer>> {
  if (file === STDIN) return readStdin();
  try {
    return new Uint8Array(await readFile(file));
  } catch (error) {
    throw new UsageError(`can't read ${file}: ${reason(error)}. Name a file that is there, or - for what is piped in.`);
  }
}

async function readStdin(): Promise<Uint8Array<ArrayBuffer>> {
  if (process.stdin.isTTY) throw new UsageError('nothing is piped in: name a file instead of -.');
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array | string));
  return new Uint8Array(Buffer.concat(chunks));
}

export async function readDocument(file: string): Promise<InputDocument> {
  return parseInput(file === STDIN ? 'stdin' : file, new TextDecoder().decode(await readBytes(file)));
}

/** By its ending; what has none is read as YAML, of which JSON is a part. */
export async function parseInput(name: string, content: string): Promise<InputDocument> {
  if (/\.json$/i.test(name)) {
    const value = parseJson(name, content);
    // Read once more only where somebody has to be told a line.
    return { name, value, located: (error) => located(error, name, () => parseYaml(name, content)) };
  }
  const parsed = await parseYaml(name, content);
  return { name, value: parsed.document.toJS(), located: (error) => located(error, name, async () => parsed) };
}

function parseJson(name: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new UsageError(`${name} is not JSON: ${reason(error)}`);
  }
}

async function parseYaml(name: string, content: string) {
  // Loaded here, so that commands without a file start without it.
  const { LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines, prettyErrors: false });
  const [fault] = document.errors;
  if (fault !== undefined) {
    const { line, col } = lines.linePos(fault.pos[0]);
    throw new UsageError(`${name}:${line}:${col} is not YAML: ${fault.message.replace(/[.:]?$/, '.')}`);
  }
  return { document, lines };
}

/** The nearest member that is there: what is missing is reported of what it is missing in. */
async function located(error: unknown, name: string, parse: () => ReturnType<typeof parseYaml>): Promise<unknown> {
  if (!(error instanceof Refused) || error.field?.startsWith('/') !== true) return error;
  const path = error.field.slice(1).split('/').map(unescaped);
  try {
    const { document, lines } = await parse();
    for (let length = path.length; length > 0; length -= 1) {
      const node: unknown = document.getIn(path.slice(0, length), true);
      if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) continue;
      return error.at(`${name}:${lines.linePos(Number(node.range[0])).line}`);
    }
  } catch {
    // The refusal is worth more than its line.
  }
  return error;
}

/** RFC 6901; places in lists are numbers to the document. */
function unescaped(part: string): string | number {
  return /^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~');
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
