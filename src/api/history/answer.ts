import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Cell, CSV_TYPE, csvLine, wantsCsv } from '../csv.js';

/** A list that may be long, as one document or as one table. */
export interface LongAnswer<T> {
  readonly pages: AsyncIterable<readonly T[]>;
  /** The members of the document before its list. */
  readonly head: Readonly<Record<string, unknown>>;
  readonly list: string;
  readonly write: (item: T) => object;
  readonly columns: readonly string[];
  readonly row: (item: T) => readonly Cell[];
  /** Of the table, as a file. */
  readonly fileName: string;
}

/** Sent page by page, so that ten years take no more memory than a month. What fails before the first page is a problem document. */
export async function sendLong<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  { format, ...answer }: LongAnswer<T> & { readonly format: 'json' | 'csv' | undefined },
): Promise<FastifyReply> {
  const isCsv = wantsCsv(request, format);
  const pieces = isCsv ? csvPieces(answer) : jsonPieces(answer);
  const first = await pieces.next();
  if (isCsv) return asFile(reply, answer.fileName).send(Readable.from(resumed(first, pieces)));
  return reply.type('application/json; charset=utf-8').send(Readable.from(resumed(first, pieces)));
}

export function asFile(reply: FastifyReply, fileName: string): FastifyReply {
  // Of ids only, so that it needs no quoting; but for those that file systems have other uses for.
  const safe = fileName.replaceAll(/[^A-Za-z0-9._-]/g, '_');
  return reply.type(CSV_TYPE).header('content-disposition', `attachment; filename="${safe}.csv"`);
}

async function* resumed(first: IteratorResult<string>, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (first.done !== true) yield first.value;
  yield* rest;
}

/** The first piece has the first page in it. */
async function* csvPieces<T>({ pages, columns, row }: LongAnswer<T>): AsyncGenerator<string> {
  let piece = csvLine(columns);
  for await (const page of pages) {
    piece += page.map((item) => csvLine(row(item))).join('');
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

async function* jsonPieces<T>({ pages, head, list, write }: LongAnswer<T>): AsyncGenerator<string> {
  let piece = `${JSON.stringify(head).slice(0, -1)},${JSON.stringify(list)}:[`;
  let separator = '';
  for await (const page of pages) {
    for (const item of page) {
      piece += `${separator}${JSON.stringify(write(item))}`;
      separator = ',';
    }
    yield piece;
    piece = '';
  }
  yield `${piece}]}`;
}
