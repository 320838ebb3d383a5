import Type, { type Static } from 'typebox';
import type { Upstream } from '../../site/upstream.js';
import { HINT } from '../schemas.js';

export const UpstreamId = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
  description: 'The upstream, as chosen by its owner; part of the address that its stations connect to.',
  [HINT]: 'use 1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or digit',
});

const url = Type.String({
  minLength: 1,
  maxLength: 2_048,
  description: 'Where the CSMS takes stations, without their identity: wss://csms.example/ocpp',
});
const username = Type.String({
  minLength: 1,
  maxLength: 255,
  pattern: '^[^:]*$',
  description: 'Absent: the identity of the station.',
  [HINT]: 'leave out ":", which ends the user name of Basic auth',
});
const onLoss = Type.Union([Type.Literal('close'), Type.Literal('hold'), Type.Literal('island')], {
  description:
    'What becomes of a station whose CSMS is lost. close (the default): it is closed too, and comes again. hold: its messages wait for holdS while the CSMS is dialled again; then it is closed. island: from OCPP 2.0.1 on it is answered here for up to islandS, and the CSMS hears afterwards what it missed; others as close.',
});
const holdS = Type.Integer({
  minimum: 1,
  maximum: 120,
  description: 'For hold. Less than stations wait for an answer. Default 20.',
});
const islandS = Type.Integer({
  minimum: 60,
  maximum: 604_800,
  description: 'For island. Default 86400.',
});

export const UpstreamDocument = Type.Object(
  {
    url,
    credentials: Type.Optional(
      Type.Union(
        [
          Type.Literal('passThrough'),
          Type.Object(
            {
              username: Type.Optional(username),
              password: Type.Optional(
                Type.String({ minLength: 1, maxLength: 255, description: 'Never answered. Absent: as it was.' }),
              ),
            },
            { additionalProperties: false },
          ),
        ],
        {
          description:
            'passThrough (the default): what the station shows is shown to the CSMS, which decides. Else the station is checked here, by its credentials, and comes to the CSMS with these.',
        },
      ),
    ),
    onLoss: Type.Optional(onLoss),
    holdS: Type.Optional(holdS),
    islandS: Type.Optional(islandS),
  },
  { additionalProperties: false, title: 'Upstream' },
);

export const UpstreamView = Type.Object(
  {
    upstreamId: UpstreamId,
    url,
    credentials: Type.Union([
      Type.Literal('passThrough'),
      Type.Object({ username: Type.Optional(username) }, { description: 'There is a password too.' }),
    ]),
    onLoss,
    holdS: Type.Optional(holdS),
    islandS: Type.Optional(islandS),
  },
  { title: 'StoredUpstream' },
);

export const UpstreamList = Type.Object({ upstreams: Type.Array(UpstreamView) });

export function writeUpstream({ upstreamId, url, credentials, onLoss }: Upstream): Static<typeof UpstreamView> {
  return {
    upstreamId,
    url,
    credentials:
      credentials.mode === 'passThrough'
        ? 'passThrough'
        : credentials.username === undefined
          ? {}
          : { username: credentials.username },
    onLoss: onLoss.kind,
    ...(onLoss.kind === 'hold' ? { holdS: onLoss.holdS } : {}),
    ...(onLoss.kind === 'island' ? { islandS: onLoss.islandS } : {}),
  };
}
