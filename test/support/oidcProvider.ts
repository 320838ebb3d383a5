import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export const CLIENT = { clientId: 'evenkeel', clientSecret: 'the secret of the client' };
const KEY_ID = 'key-1';

/** What it does otherwise than it should, or says otherwise than usual. */
export interface Whims {
  /** Over those of the id token. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly userInfo?: Readonly<Record<string, unknown>>;
  readonly signedBy?: 'itself' | 'another' | 'nobody';
}

interface Code {
  readonly nonce: string | null;
  readonly challenge: string | null;
  readonly redirectUri: string | null;
  readonly whims: Whims;
}

/** An OpenID Connect provider over real HTTP, written from the standard: it shares nothing with the client that it tests. */
export class OidcProvider {
  readonly issuer: string;
  readonly asked: string[] = [];
  /** Answers nothing but 500. */
  isBroken = false;
  private readonly server: Server;
  private readonly keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  private readonly others = generateKeyPairSync('rsa', { modulusLength: 2048 });
  private readonly codes = new Map<string, Code>();
  private readonly userInfos = new Map<string, Readonly<Record<string, unknown>>>();

  static async start(): Promise<OidcProvider> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new OidcProvider(server);
  }

  private constructor(server: Server) {
    this.server = server;
    this.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      void this.answer(request).then(([status, body]) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      });
    });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** As if somebody had signed in at `authorizationUrl`: the query with which their browser is sent back. */
  signIn(authorizationUrl: string, whims: Whims = {}): string {
    const { searchParams } = new URL(authorizationUrl);
    const code = randomBytes(16).toString('base64url');
    this.codes.set(code, {
      nonce: searchParams.get('nonce'),
      challenge: searchParams.get('code_challenge'),
      redirectUri: searchParams.get('redirect_uri'),
      whims,
    });
    return new URLSearchParams({ code, state: searchParams.get('state') ?? '', iss: this.issuer }).toString();
  }

  private async answer(request: IncomingMessage): Promise<readonly [number, unknown]> {
    const path = request.url ?? '';
    this.asked.push(path);
    if (this.isBroken) return [500, { error: 'server_error' }];
    switch (path) {
      case '/.well-known/openid-configuration':
        return [200, this.discovery()];
      case '/jwks':
        return [
          200,
          { keys: [{ ...this.keys.publicKey.export({ format: 'jwk' }), kid: KEY_ID, use: 'sig', alg: 'RS256' }] },
        ];
      case '/token':
        return this.token(request.headers.authorization, new URLSearchParams(await textOf(request)));
      case '/userinfo':
        return [200, this.userInfos.get(request.headers.authorization?.replace(/^Bearer /i, '') ?? '') ?? {}];
      default:
        return [404, {}];
    }
  }

  private discovery() {
    const { issuer } = this;
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      userinfo_endpoint: `${issuer}/userinfo`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    };
  }

  private token(authorization: string | undefined, form: URLSearchParams): readonly [number, unknown] {
    const expected = Buffer.from(
      `${encodeURIComponent(CLIENT.clientId)}:${CLIENT.clientSecret.replaceAll(' ', '+')}`,
    ).toString('base64');
    if (authorization !== `Basic ${expected}`) return [401, { error: 'invalid_client' }];
    const code = this.codes.get(form.get('code') ?? '');
    this.codes.delete(form.get('code') ?? '');
    const verified = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isGood = code?.challenge === verified && code.redirectUri === form.get('redirect_uri');
    if (code === undefined || !isGood) return [400, { error: 'invalid_grant' }];
    const nowS = Math.floor(Date.now() / 1_000);
    const claims = {
      iss: this.issuer,
      sub: 'anna',
      aud: CLIENT.clientId,
      iat: nowS,
      exp: nowS + 300,
      nonce: code.nonce,
      email: 'anna@example.com',
      email_verified: true,
      ...code.whims.claims,
    };
    const accessToken = randomBytes(16).toString('base64url');
    this.userInfos.set(accessToken, { sub: claims.sub, ...code.whims.userInfo });
    return [
      200,
      { access_token: accessToken, token_type: 'Bearer', id_token: this.sign(claims, code.whims.signedBy ?? 'itself') },
    ];
  }

  private sign(claims: object, by: 'itself' | 'another' | 'nobody'): string {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${part(by === 'nobody' ? { alg: 'none' } : { alg: 'RS256', kid: KEY_ID })}.${part(claims)}`;
    const key = by === 'another' ? this.others.privateKey : this.keys.privateKey;
    return `${signed}.${by === 'nobody' ? '' : signature(signed, key)}`;
  }
}

function signature(text: string, key: KeyObject): string {
  return createSign('RSA-SHA256').update(text).sign(key).toString('base64url');
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}
