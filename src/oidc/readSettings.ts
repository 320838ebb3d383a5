import { NEWCOMER_ROLES, type Newcomers, type OidcSettings } from './settings.js';

type Read =
  | { readonly ok: true; readonly settings: OidcSettings | 'off' }
  /** One line. */
  | { readonly ok: false; readonly error: string };

const OTHERS = ['CLIENT_ID', 'CLIENT_SECRET', 'NAME', 'ROLE_CLAIM', 'ROLES', 'ORGANISATION'] as const;
const ROLES_MAX = 50;
const ORGANISATION_ID = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** From variables of the environment; `read` gives undefined for one that is not set. */
export function readOidcSettings(read: (name: string) => string | undefined, publicUrl: string | 'derived'): Read {
  const of = (name: string): string | undefined => read(`EVENKEEL_OIDC_${name}`);
  const issuer = of('ISSUER');
  if (issuer === undefined) {
    const lone = OTHERS.find((name) => of(name) !== undefined);
    if (lone === undefined) return { ok: true, settings: 'off' };
    return wrong(`EVENKEEL_OIDC_${lone} is set, but EVENKEEL_OIDC_ISSUER is not.`);
  }
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  const isPlain = url !== undefined && url.username + url.password + url.search + url.hash === '';
  if (url === undefined || !isPlain || !['https:', 'http:'].includes(url.protocol))
    return wrong(
      `EVENKEEL_OIDC_ISSUER is ${JSON.stringify(issuer.slice(0, 80))}; it must be the issuer's address, such as https://login.example.`,
    );
  const [clientId, clientSecret] = [of('CLIENT_ID'), of('CLIENT_SECRET')];
  if (clientId === undefined || clientSecret === undefined) {
    const missing = clientId === undefined ? 'EVENKEEL_OIDC_CLIENT_ID' : 'EVENKEEL_OIDC_CLIENT_SECRET';
    return wrong(`EVENKEEL_OIDC_ISSUER is set, but ${missing} is not.`);
  }
  if (publicUrl === 'derived')
    return wrong(
      'EVENKEEL_OIDC_ISSUER is set, but EVENKEEL_PUBLIC_URL is not: the provider must be told where to send people back to.',
    );
  const newcomers = readNewcomers(of);
  if (typeof newcomers === 'object' && 'error' in newcomers) return newcomers;
  const name = of('NAME') ?? url.host;
  return { ok: true, settings: { issuer, clientId, clientSecret, name, newcomers } };
}

function readNewcomers(of: (name: string) => string | undefined): Newcomers | 'none' | ReturnType<typeof wrong> {
  const [claim, roles, organisationId] = [of('ROLE_CLAIM'), of('ROLES'), of('ORGANISATION')];
  if (claim === undefined && roles === undefined && organisationId === undefined) return 'none';
  if (claim === undefined || roles === undefined || organisationId === undefined)
    return wrong(
      'EVENKEEL_OIDC_ROLE_CLAIM, EVENKEEL_OIDC_ROLES and EVENKEEL_OIDC_ORGANISATION go together: set all three, or none.',
    );
  if (!ORGANISATION_ID.test(organisationId))
    return wrong(`EVENKEEL_OIDC_ORGANISATION is ${JSON.stringify(organisationId.slice(0, 80))}; it must be its id.`);
  const pairs = roles.split(',').map((pair) => readPair(pair.trim()));
  const known = pairs.filter((pair) => pair !== undefined);
  if (known.length < pairs.length || pairs.length > ROLES_MAX)
    return wrong(
      `EVENKEEL_OIDC_ROLES is ${JSON.stringify(roles.slice(0, 80))}; it must be a comma-separated list of VALUE=ROLE, each ROLE one of ${NEWCOMER_ROLES.join(', ')}.`,
    );
  return { claim, roles: known, organisationId };
}

function readPair(pair: string): Newcomers['roles'][number] | undefined {
  const at = pair.lastIndexOf('=');
  const role = NEWCOMER_ROLES.find((one) => one === pair.slice(at + 1).trim());
  const value = pair.slice(0, Math.max(0, at)).trim();
  return role === undefined || value === '' ? undefined : { value, role };
}

function wrong(error: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error };
}
