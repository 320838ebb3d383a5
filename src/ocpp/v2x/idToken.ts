import type { IdTokenType } from 'typed-ocpp/dist/ocpp21/types.js';

/** What a station says where somebody pressed a button: its token is empty, but a site may list this word among those it accepts. */
const NO_AUTHORIZATION = 'NoAuthorization';

export function idTokenOf({ idToken }: IdTokenType): string {
  return idToken === '' ? NO_AUTHORIZATION : idToken;
}

/** Given by us: whatever it looks like, the station has not read it from a card. */
export function idTokenToWire(idToken: string): IdTokenType {
  return idToken === NO_AUTHORIZATION ? { idToken: '', type: NO_AUTHORIZATION } : { idToken, type: 'Central' };
}
