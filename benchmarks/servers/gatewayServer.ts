/** The gateway with every check on, and behind it nobody: what a message costs before anything is done with it. */
import { createServer } from 'node:http';
import type { Clock } from '../../src/site/clock.js';
import type { StationHandler, StationRequest, StationResponses } from '../../src/site/stationMessages.js';
import { builtModule } from '../support/children.js';
import { identityArgument, serveParent } from '../support/serverSide.js';

const { Gateway }: typeof import('../../src/gateway/gateway.js') = await import(builtModule('src/gateway/gateway.js'));
const { createOcpp16Dialect }: typeof import('../../src/ocpp/v16/dialect.js') = await import(
  builtModule('src/ocpp/v16/dialect.js')
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

const handler: StationHandler = {
  authenticate: async () => true,
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

const dialect = createOcpp16Dialect();
const gateway = new Gateway({ handler, clock, dialects: [dialect], allowUnauthenticated: true, limits: UNHURRIED });
const identity = identityArgument();
const server = identity === undefined ? createServer() : await secureServer(identity);
gateway.attach(server, identity === undefined ? 'plain' : 'tls');
dialect.warm();
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
