import type { FastifyBodyParser, FastifyInstance } from 'fastify';
import { Problem } from '../site/problem.js';
import { findJsonFault } from './jsonFault.js';

/** Longer bodies are refused without saying where. */
const SEARCHED_MAX_CHARACTERS = 100_000;

export function acceptOnlyJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, jsonParser(app));
}

/**
 * Fastify's own parser decides, so that "__proto__" and "constructor.prototype" are refused; only when it refuses is the fault
 * looked for. An empty body is no body: the route's schema says whether one is needed.
 */
export function jsonParser(app: FastifyInstance): FastifyBodyParser<string> {
  const parse = app.getDefaultJsonParser('error', 'error');
  return (request, body, done) => {
    if (body.length === 0) {
      done(null, undefined);
      return;
    }
    parse(request, body, (error, parsed) => {
      if (error) done(unreadable(body));
      else done(null, parsed);
    });
  };
}

/** Members that would be ignored are refused here too; {} is what many clients send for "nothing". */
export function refuseBody(body: unknown): void {
  const empty = body === undefined || body === null || (typeof body === 'object' && Object.keys(body).length === 0);
  if (!empty) throw new Problem('INVALID_REQUEST', 'This address takes no body; leave it out.', { field: '' });
}

/** The engine's message is not passed on: it quotes the body, which may hold a password. */
function unreadable(body: string): Problem {
  const at = body.length <= SEARCHED_MAX_CHARACTERS ? findJsonFault(body) : undefined;
  if (at !== undefined) {
    const before = body.slice(0, at).split('\n');
    const line = before.length;
    const column = (before.at(-1) ?? '').length + 1;
    return new Problem('INVALID_REQUEST', `The body is not JSON: look at line ${line}, column ${column}.`, {
      details: { position: at, line, column },
    });
  }
  return new Problem(
    'INVALID_REQUEST',
    body.length <= SEARCHED_MAX_CHARACTERS
      ? 'The body has a member named __proto__ or constructor.prototype; leave it out.'
      : 'The body is not JSON, or has a member named __proto__ or constructor.prototype.',
  );
}
