/** The gateway with every check on, and behind it nobody: what a message costs before anything is done with it. */
import { createServer } from 'node:http';
import type { Clock } from '../../src/site/clock.js';
import type { StationHandler, StationRequest, StationResponses } from '../../src/site/stationMessages.js';
import { builtModule } from '../support/children.js';
import { serveParent } from '../support/serverSide.js';

const { Gateway }: typeof import('../../src/gateway/gateway.js') = await import(builtModule('src/gateway/gateway.js'));
const { createOcpp16Dialect }: typeof import('../../src/ocpp/v16/dialect.js') = await import(
  builtModule('src/ocpp/v16/dialect.js')
);

/** Rounds are short and full: the gateway would rightly slow such stations down. */
const UNHURRIED = { floodBurst: 1e9, floodPerSecond: 1e9 };

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
const server = createServer();
new Gateway({ handler, clock, dialects: [dialect], allowUnauthenticated: true, limits: UNHURRIED }).attach(server);
dialect.warm();
serveParent(server);
