import { createServer } from 'node:http';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyInstance } from 'fastify';
import { authorize, requireDeclarations } from './accounts/access.js';
import { auditChanges } from './accounts/auditHook.js';
import { auditRoutes } from './accounts/auditRoutes.js';
import { keyRoutes } from './accounts/keyRoutes.js';
import { organisationRoutes } from './accounts/organisationRoutes.js';
import { providerRoutes } from './accounts/providerRoutes.js';
import { signInRoutes } from './accounts/signInRoutes.js';
import { userRoutes } from './accounts/userRoutes.js';
import { authenticate, requestLimit } from './authentication.js';
import { serveDashboard } from './dashboard/serveDashboard.js';
import { dryRunRoutes } from './delegation/dryRun.js';
import { delegationRoutes } from './delegation/routes.js';
import { answerElsewhere } from './elsewhere.js';
import { healthRoutes } from './health.js';
import { historyRoutes } from './history/routes.js';
import { measureRequests, measureStreams } from './httpMetrics.js';
import { answerRepeats } from './idempotency.js';
import { acceptOnlyJson } from './jsonBody.js';
import { gridEventRoutes } from './limits/eventRoutes.js';
import { limitRoutes } from './limits/routes.js';
import { logging } from './logging.js';
import { notificationRoutes } from './notifications/routes.js';
import { ocpiPeerRoutes } from './ocpi/peerRoutes.js';
import { ocpiWireRoutes } from './ocpi/wireRoutes.js';
import { venRoutes } from './openadr/routes.js';
import { openAdrWebhookRoutes } from './openadr/webhookRoutes.js';
import { describeApi, serveDocs } from './openapi.js';
import { optimizeRoutes } from './optimize/routes.js';
import { API_BOUNDS, type ApiBounds, type ApiOptions } from './options.js';
import { oscpRoutes } from './oscp/routes.js';
import { oscpWireRoutes } from './oscp/wireRoutes.js';
import { shedLoad } from './overload.js';
import { collectRoutes, handleClientError, handleError, type KnownRoute, notFoundHandler } from './problems.js';
import { replanRoutes } from './replanRoutes.js';
import { sessionRoutes } from './sessions/routes.js';
import { siteRoutes } from './sites/routes.js';
import { EventStreams } from './state/eventStreams.js';
import { eventRoutes } from './state/events.js';
import { stateRoutes } from './state/routes.js';
import { credentialsRoutes } from './stations/credentialsRoutes.js';
import { installedProfileRoutes } from './stations/installedRoutes.js';
import { stationMaintenanceRoutes } from './stations/maintenanceRoutes.js';
import { stationMessageRoutes } from './stations/messageRoutes.js';
import { onboardingRoutes } from './stations/onboardingRoutes.js';
import { stationRoutes } from './stations/routes.js';
import { priceRoutes } from './tariffs/priceRoutes.js';
import { tariffRoutes } from './tariffs/routes.js';
import { upstreamRoutes } from './upstreams/routes.js';
import { validatorCompiler } from './validation.js';
import { webhookRoutes } from './webhooks/routes.js';

const REQUEST_MAX_MS = 30_000;
const HEADERS_MAX_MS = 10_000;
const CHECK_EVERY_MS = 5_000;
const PARAMETER_MAX_CHARACTERS = 256;

/**
 * The HTTP API, ready but not listening: call `listen` on it, or `inject` in tests. Its `server` is the HTTP server that the
 * gateway may share. `close` ends event streams first, then waits for the requests under way.
 */
export async function buildApi(options: ApiOptions): Promise<FastifyInstance> {
  const bounds: ApiBounds = { ...API_BOUNDS, ...options.bounds };
  const app = Fastify({
    ...logging(options.logger),
    serverFactory: (handle) =>
      // A handshake that is dragged out is ended, be it for a page or a web socket.
      createServer(
        { headersTimeout: HEADERS_MAX_MS, requestTimeout: REQUEST_MAX_MS, connectionsCheckingInterval: CHECK_EVERY_MS },
        (request, response) => {
          if (options.answerOther?.(request, response) !== true) handle(request, response);
        },
      ),
    bodyLimit: bounds.bodyMaxBytes,
    requestTimeout: REQUEST_MAX_MS,
    routerOptions: { maxParamLength: PARAMETER_MAX_CHARACTERS },
    trustProxy: options.trustedProxies === undefined ? false : [...options.trustedProxies],
    return503OnClosing: false,
    frameworkErrors: handleError,
    clientErrorHandler: handleClientError,
  });
  app.setValidatorCompiler(validatorCompiler);
  // The schemas describe answers, they do not filter them: what the views hold is what leaves.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
  app.setErrorHandler(handleError);
  acceptOnlyJson(app);
  measureRequests(app, options.metrics);
  const routes = collectRoutes(app);
  app.setNotFoundHandler(notFoundHandler(routes));
  await app.register(helmet, {
    // What is not a page of /docs loads nothing.
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    // The same host may serve plain http on another port, which this would lock out.
    strictTransportSecurity: false,
  });
  await describeApi(app, options.version);
  await app.register(healthRoutes, options);
  await serveDocs(app);
  await serveDashboard(app, options.dashboardFolder);
  const { oscp, vens } = options;
  if (oscp !== undefined)
    await app.register(async (scope) => oscpWireRoutes(scope, { oscp, options, bounds }), { prefix: '/oscp' });
  if (vens !== undefined)
    await app.register(async (scope) => openAdrWebhookRoutes(scope, { vens, options, bounds }), { prefix: '/openadr' });
  const { ocpi, accounts, service, clock } = options;
  if (ocpi !== undefined) {
    const wire = { ...ocpi, clock, bounds, service, tenancy: accounts.tenancy };
    await app.register(async (scope) => ocpiWireRoutes(scope, wire), { prefix: '/ocpi' });
  }
  await app.register(async (v1) => registerV1(v1, { options, bounds, routes }), { prefix: '/v1' });
  await app.ready();
  return app;
}

interface V1Parts {
  readonly options: ApiOptions;
  readonly bounds: ApiBounds;
  readonly routes: readonly KnownRoute[];
}

/** In the order that a request meets them: load shedding, who it is, what that one may, general bound, then its route. */
async function registerV1(v1: FastifyInstance, { options, bounds, routes }: V1Parts): Promise<void> {
  const { service, clock, optimizer, accounts, webhooks, recipients, oscp, ocpi } = options;
  const { tenancy } = accounts;
  await shedLoad(v1, bounds);
  await v1.register(rateLimit, requestLimit(bounds));
  requireDeclarations(v1);
  authenticate(v1, options, bounds);
  authorize(v1, tenancy);
  answerElsewhere(v1, options);
  auditChanges(v1, accounts);
  answerRepeats(v1, options.keptAnswers);
  v1.setNotFoundHandler(notFoundHandler(routes));

  const streams = new EventStreams({
    source: service,
    clock,
    streamsMax: bounds.eventStreamsMax,
    onFailure: (error) => v1.log.error({ err: error }, 'event stream failed'),
  });
  measureStreams(options.metrics, () => streams.count);
  await v1.register(siteRoutes, { service, tenancy, ocpi: ocpi?.ocpi });
  await v1.register(limitRoutes, { service, clock });
  await v1.register(gridEventRoutes, { service });
  await v1.register(sessionRoutes, { service });
  await v1.register(stateRoutes, { service, clock });
  await v1.register(eventRoutes, { streams });
  await v1.register(stationRoutes, { service });
  await v1.register(stationMaintenanceRoutes, { service });
  await v1.register(installedProfileRoutes, { service });
  await v1.register(stationMessageRoutes, { service });
  await v1.register(credentialsRoutes, { service });
  await v1.register(onboardingRoutes, { service, tenancy });
  await v1.register(tariffRoutes, { service, tenancy });
  await v1.register(priceRoutes, { service, clock });
  await v1.register(upstreamRoutes, options);
  await v1.register(historyRoutes, { service, clock });
  await v1.register(optimizeRoutes, { optimizer });
  if (oscp !== undefined) await v1.register(oscpRoutes, { oscp, tenancy, publicUrl: options.publicUrl });
  if (options.vens !== undefined)
    await v1.register(venRoutes, { vens: options.vens, tenancy, publicUrl: options.publicUrl });
  if (ocpi !== undefined) await v1.register(ocpiPeerRoutes, { ...ocpi, tenancy });
  await v1.register(signInRoutes, { accounts });
  await v1.register(providerRoutes, { accounts });
  await v1.register(userRoutes, { accounts });
  await v1.register(keyRoutes, { accounts });
  await v1.register(organisationRoutes, { accounts });
  await v1.register(auditRoutes, { accounts });
  await v1.register(replanRoutes, options);
  await v1.register(webhookRoutes, { webhooks, tenancy });
  await v1.register(delegationRoutes, { service, tenancy, delegation: options.delegation });
  await v1.register(dryRunRoutes, { service, clock });
  await v1.register(notificationRoutes, { recipients, tenancy });
}
