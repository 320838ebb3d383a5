import { OIDC_CALLBACK } from '../api/accounts/providerRoutes.js';
import type { IdentityProvider } from '../control/accounts/identityProvider.js';
import { OpenIdConnect } from '../oidc/openIdConnect.js';
import { type Parts, systemClock } from './foundation.js';

/** The one that the operator configured, as an option of Accounts. */
export function identityProvider({ config, outbound }: Parts): { readonly identityProvider?: IdentityProvider } {
  const { oidc, publicUrl } = config;
  if (oidc === 'off') return {};
  const redirectUrl = `${publicUrl}${OIDC_CALLBACK}`;
  return {
    identityProvider: new OpenIdConnect({ settings: oidc, redirectUrl, fetch: outbound.fetch, clock: systemClock }),
  };
}
