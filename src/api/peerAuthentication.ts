import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../site/problem.js';
import type { ApiBounds } from './options.js';
import { wrongTokensOf } from './wrongTokens.js';

const TOKEN_MAX_CHARACTERS = 1_024;

export interface PeerAuthentication {
  readonly scheme: 'Token' | 'Bearer';
  readonly isToken: (request: FastifyRequest, token: string) => Promise<boolean>;
}

/**
 * Lets past whoever shows the token of the peer that the address names, on every route of this scope. As with keys, wrong tokens are
 * counted per address, and one that tried too many waits, whatever it sends meanwhile. That there is no such peer is answered alike.
 * The plugin for rate limits is to be registered first.
 */
export function authenticatePeers(
  scope: FastifyInstance,
  { scheme, isToken }: PeerAuthentication,
  bounds: Pick<ApiBounds, 'failedKeysPerMinuteMax'>,
): void {
  const wrong = wrongTokensOf(scope, bounds);
  scope.addHook('onRequest', async (request, reply) => {
    const token = tokenIn(request.headers.authorization, scheme);
    if (await wrong.areTooMany(request, reply))
      throw new Problem('TOO_MANY_REQUESTS', 'Too many wrong tokens came from this address.');
    if (token !== undefined && (await isToken(request, token))) return;
    if (token !== undefined) await wrong.count(request);
    reply.header('www-authenticate', scheme);
    throw new Problem('UNAUTHORIZED', `The request has no valid "Authorization: ${scheme} …" header.`);
  });
}

function tokenIn(header: string | undefined, scheme: string): string | undefined {
  const [word, token, ...rest] = header?.trim().split(/ +/) ?? [];
  if (word?.toLowerCase() !== scheme.toLowerCase() || token === undefined || rest.length > 0) return undefined;
  return token.length <= TOKEN_MAX_CHARACTERS ? token : undefined;
}
