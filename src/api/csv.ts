import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';

// Tables for spreadsheets, beside the JSON of the same address (RFC 4180, the header always there).

export const AnswerFormat = Type.Optional(
  Type.Enum(['json', 'csv'], { description: 'Default: as Accept says, else json.' }),
);

/** ?format= goes before Accept, where text/csv is to be named. */
export function wantsCsv(request: FastifyRequest, format: 'json' | 'csv' | undefined): boolean {
  return format === undefined ? /\btext\/csv\b/i.test(request.headers.accept ?? '') : format === 'csv';
}

export type Cell = string | number | null;

export const CSV_TYPE = 'text/csv; charset=utf-8; header=present';

export function sendCsv(
  reply: FastifyReply,
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
): FastifyReply {
  return reply.type(CSV_TYPE).send([header, ...rows].map(csvLine).join(''));
}

/** With its line break, for tables that are sent piece by piece. */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(written).join(',')}\r\n`;
}

/** Null is an empty cell. A text that a spreadsheet would take for a formula is told apart by an apostrophe: names are the senders'. */
function written(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const harmless = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** Documents a table beside the JSON schema of the same answer. */
export function orCsv<S>(schema: S, description: string) {
  return {
    description,
    content: { 'application/json': { schema }, 'text/csv': { schema: Type.String() } },
  };
}
