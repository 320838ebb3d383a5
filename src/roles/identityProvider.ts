import { OIDC_CALLBACK } from '../api/accounts/providerRoutes.js';
import type { IdentityProvider } from '../control/accounts/identityProvider.js';
import { type Parts, systemClock } from './foundation.js';

/** The one that the operator configured, as an option of Accounts. Without one its library is not even loaded. */
export async function identityProvider({ config, outbound }: Parts): Promise<{
  readonly identityProvider?: IdentityProvider;
}> {
  const { oidc, publicUrl } = config;
  if (oidc === 'off') return {};
  const { OpenIdConnect } = await import('../oidc/openIdConnect.js');
  const redirectUrl = `${publicUrl}${OIDC_CALLBACK}`;
  return {
    identityProvider: new OpenIdConnect({ settings: oidc, redirectUrl, fetch: outbound.fetch, clock: systemClock }),
  };
}
