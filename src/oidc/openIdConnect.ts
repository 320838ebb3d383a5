import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  type CustomFetch,
  calculatePKCECodeChallenge,
  clockTolerance,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  type IDToken,
  ResponseBodyError,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  type UserInfoResponse,
} from 'openid-client';
import type {
  Begun,
  Completed,
  Identity,
  IdentityProvider,
  PendingSignIn,
} from '../control/accounts/identityProvider.js';
import type { Clock } from '../site/clock.js';
import type { Newcomers, OidcSettings } from './settings.js';

export interface OpenIdConnectOptions {
  readonly settings: OidcSettings;
  /** Where browsers are sent back to. */
  readonly redirectUrl: string;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
}

const REQUEST_AT_MOST_S = 10;
/** Clocks may differ by so much. */
const CLOCKS_DIFFER_S = 30;
/** What the provider says of itself is read again after so long, and so is every key of it. */
const DISCOVERED_LASTS_MS = 3_600_000;
/** One that is out of reach is not asked more often than this, however many want to sign in. */
const RETRY_MS = 5_000;
const SCOPE = 'openid email profile';

/** Sign-in with an OpenID Connect provider: authorization code, PKCE, state and nonce, and an id token whose signature is looked at. */
export class OpenIdConnect implements IdentityProvider {
  private readonly options: OpenIdConnectOptions;
  private discovered: { readonly configuration: Promise<Configuration>; readonly untilMs: number } | undefined;

  constructor(options: OpenIdConnectOptions) {
    this.options = options;
  }

  get name(): string {
    return this.options.settings.name;
  }

  async begin(): Promise<Begun | { readonly outcome: 'unavailable'; readonly detail: string }> {
    let configuration: Configuration;
    try {
      configuration = await this.configuration();
    } catch (error) {
      return { outcome: 'unavailable', detail: reasonOf(error) };
    }
    const pending = { state: randomState(), nonce: randomNonce(), codeVerifier: randomPKCECodeVerifier() };
    const url = buildAuthorizationUrl(configuration, {
      redirect_uri: this.options.redirectUrl,
      scope: SCOPE,
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await calculatePKCECodeChallenge(pending.codeVerifier),
      code_challenge_method: 'S256',
    });
    return { outcome: 'begun', url: url.href, pending };
  }

  async complete(cameBackWith: string, { state, nonce, codeVerifier }: PendingSignIn): Promise<Completed> {
    try {
      const configuration = await this.configuration();
      // Never as the request itself says it: whoever sends it chooses its host.
      const cameBackTo = new URL(this.options.redirectUrl);
      cameBackTo.search = cameBackWith;
      const tokens = await authorizationCodeGrant(configuration, cameBackTo, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: codeVerifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) return { outcome: 'refused', detail: 'no id token came' };
      return { outcome: 'known', identity: await this.identify(configuration, claims, tokens.access_token) };
    } catch (error) {
      return outcomeOf(error);
    }
  }

  /** What the id token does not say of e-mail address and roles, the provider is asked for. */
  private async identify(configuration: Configuration, claims: IDToken, accessToken: string): Promise<Identity> {
    const { newcomers } = this.options.settings;
    const lacksRoles = newcomers !== 'none' && claimAt(claims, newcomers.claim) === undefined;
    const lacks = claims.email === undefined || lacksRoles;
    const canAsk = configuration.serverMetadata().userinfo_endpoint !== undefined;
    const more = lacks && canAsk ? await fetchUserInfo(configuration, accessToken, claims.sub) : undefined;
    // An address and the word that it is theirs come from the same place.
    return identityOf(claims.email === undefined ? { ...claims, ...more } : { ...more, ...claims }, newcomers);
  }

  private configuration(): Promise<Configuration> {
    const { clock } = this.options;
    const nowMs = clock.nowMs();
    if (this.discovered !== undefined && nowMs < this.discovered.untilMs) return this.discovered.configuration;
    const configuration = this.discover();
    const discovered = { configuration, untilMs: nowMs + DISCOVERED_LASTS_MS };
    this.discovered = discovered;
    configuration.catch(() => {
      if (this.discovered === discovered) this.discovered = { configuration, untilMs: clock.nowMs() + RETRY_MS };
    });
    return configuration;
  }

  private discover(): Promise<Configuration> {
    const { settings, fetch } = this.options;
    const issuer = new URL(settings.issuer);
    const ask: CustomFetch = (url, options) => fetch(url, options as RequestInit);
    return discovery(
      issuer,
      settings.clientId,
      { [clockTolerance]: CLOCKS_DIFFER_S },
      authenticated(settings.clientSecret),
      {
        timeout: REQUEST_AT_MOST_S,
        [customFetch]: ask,
        execute: [
          // Plain http is for networks that the operator allowed; what may be reached there is decided by `fetch`.
          ...(issuer.protocol === 'http:' ? [allowInsecureRequests] : []),
          enableNonRepudiationChecks,
        ],
      },
    );
  }
}

/** As the provider takes it; one that does not say takes what the standard has it take. */
function authenticated(clientSecret: string): ClientAuth {
  const [posted, basic] = [ClientSecretPost(clientSecret), ClientSecretBasic(clientSecret)];
  return (server, client, body, headers) => {
    const isPosted = server.token_endpoint_auth_methods_supported?.includes('client_secret_post') === true;
    (isPosted ? posted : basic)(server, client, body, headers);
  };
}

function identityOf(claims: Partial<UserInfoResponse & IDToken>, newcomers: Newcomers | 'none'): Identity {
  const { email, name, preferred_username: userName } = claims;
  const isVerified = typeof email === 'string' && email !== '' && claims.email_verified === true;
  return {
    verifiedEmail: isVerified ? email : undefined,
    name: [name, userName].find((one): one is string => typeof one === 'string' && one !== '') ?? '',
    newcomer: newcomers === 'none' ? undefined : newcomerOf(claims, newcomers),
  };
}

function newcomerOf(claims: object, { claim, roles, organisationId }: Newcomers): Identity['newcomer'] {
  const said = claimAt(claims, claim);
  const values = Array.isArray(said) ? said : [said];
  const found = roles.find(({ value }) => values.includes(value));
  return found === undefined ? undefined : { role: found.role, organisationId };
}

/** By its whole name first: some are addresses with dots. */
function claimAt(claims: object, path: string): unknown {
  if (Object.hasOwn(claims, path)) return Reflect.get(claims, path);
  return path.split('.').reduce<unknown>((value, name) => {
    const isInside = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
    return isInside ? Reflect.get(value, name) : undefined;
  }, claims);
}

function outcomeOf(error: unknown): Completed {
  const detail = reasonOf(error);
  if (error instanceof AuthorizationResponseError) return { outcome: 'denied', detail };
  // The provider itself says that the code is not good.
  if (error instanceof ResponseBodyError) return { outcome: 'refused', detail };
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const isOutOfReach = code === 'OAUTH_TIMEOUT' || (error instanceof TypeError && code === '');
  return { outcome: isOutOfReach ? 'unavailable' : 'refused', detail };
}

/** For the log: what was wrong, and never what was said. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const code = 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
  const told = 'error' in error && typeof error.error === 'string' ? `: ${error.error.slice(0, 80)}` : '';
  return `${error.message}${told}${code}`;
}
