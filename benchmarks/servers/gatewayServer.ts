/**
 * The gateway with every check on, and behind it nobody: what a message costs before anything is done with it. With "hashing" as its last
 * argument passwords are checked as the service checks them: scrypt at each station's first login.
 */
import { createServer } from 'node:http';
import type { Clock } from '../../src/site/clock.js';
import type { StationHandler, StationRequest, StationResponses } from '../../src/site/stationMessages.js';
import { builtModule } from '../support/children.js';
import { BENCH_PASSWORD } from '../support/messages.js';
import { identityArgument, serveParent } from '../support/serverSide.js';

const { Gateway }: typeof import('../../src/gateway/gateway.js') = await import(builtModule('src/gateway/gateway.js'));
const { createOcpp16Dialect }: typeof import('../../src/ocpp/v16/dialect.js') = await import(
  builtModule('src/ocpp/v16/dialect.js')
);
const { createOcpp201Dialect }: typeof import('../../src/ocpp/v201/dialect.js') = await import(
  builtModule('src/ocpp/v201/dialect.js')
);
const { createOcpp21Dialect }: typeof import('../../src/ocpp/v21/dialect.js') = await import(
  builtModule('src/ocpp/v21/dialect.js')
);

/** Rounds are short and full: the gateway would rightly slow such stations down. */
const UNHURRIED = { floodBurst: 1e9, floodPerSecond: 1e9, admissionBurst: 1e9, admissionsPerSecond: 1e9 };

const clock: Clock = {
  nowMs: () => Date.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};

const authenticate = process.argv.at(-1) === 'hashing' ? await hashingAuthenticate() : async () => true;
const handler: StationHandler = {
  authenticate,
  connected: () => {},
  disconnected: () => {},
  isAccepted: () => true,
  anomaly: (stationId, { kind, detail }) => process.stderr.write(`${stationId}: ${kind}: ${detail}\n`),
  // What an empty handler answers follows the request's type.
  request: async <R extends StationRequest>(_stationId: string, request: R) =>
    answerTo(request) as StationResponses[R['type']],
};

function answerTo(request: StationRequest): StationResponses[StationRequest['type']] {
  if (request.type === 'boot') return { status: 'Accepted', currentTimeMs: Date.now(), intervalS: 300 };
  if (request.type === 'heartbeat') return { currentTimeMs: Date.now() };
  return {};
}

const newRequestId = () => 1;
const dialects = [createOcpp21Dialect(newRequestId), createOcpp201Dialect(newRequestId), createOcpp16Dialect()];
const gateway = new Gateway({ handler, clock, dialects, allowUnauthenticated: true, limits: UNHURRIED });
const identity = identityArgument();
const server = identity === undefined ? createServer() : await secureServer(identity);
gateway.attach(server, identity === undefined ? 'plain' : 'tls');
for (const dialect of dialects) for (const compile of dialect.warming()) compile();
serveParent(server);

/** With the checks and settings that the service has. */
async function secureServer(files: NonNullable<typeof identity>) {
  const { readTlsMaterial }: typeof import('../../src/gateway/tls/material.js') = await import(
    builtModule('src/gateway/tls/material.js')
  );
  const { TlsPort }: typeof import('../../src/gateway/tls/tlsPort.js') = await import(
    builtModule('src/gateway/tls/tlsPort.js')
  );
  const read = readTlsMaterial({ identities: [files], port: 0, mutual: 'off' }, Date.now());
  if (!read.ok) throw new Error(read.error);
  const onRefused = (fields: object) => process.stderr.write(`${JSON.stringify(fields)}\n`);
  const answer = (_request: unknown, response: { end(): unknown }) => void response.end();
  return new TlsPort(read.material, { entrance: 'tls', answer, nowMs: () => Date.now(), onRefused }).server;
}

/** Every station has the same password here, which is hashed for each all the same. */
async function hashingAuthenticate(): Promise<StationHandler['authenticate']> {
  const { StationCredentials }: typeof import('../../src/control/credentials.js') = await import(
    builtModule('src/control/credentials.js')
  );
  let stored: { readonly passwordHashes: readonly string[]; readonly securityProfileMin: 1 } | undefined;
  const store = { getCredentials: async () => stored, putCredentials: async () => {} };
  const credentials = new StationCredentials({ store, allowUnauthenticated: false });
  stored = { passwordHashes: [await credentials.hash(BENCH_PASSWORD)], securityProfileMin: 1 };
  // What a higher profile than was used before costs is written once in a station's life.
  return async (stationId, password) => (await credentials.verify(stationId, password, 1)) === 'genuine';
}
