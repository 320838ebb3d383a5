import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { SmartChargingService } from '../../control/service.js';
import { changes, OPERATORS, READERS, type ReadBefore, reads } from '../accounts/access.js';
import { parseInstant } from '../instant.js';
import { problemResponses, WITH_BODY } from '../problems.js';
import { Instant, SessionId, SiteId, SiteParams } from '../schemas.js';
import { CourseDocument, writeCourse } from './courseDocument.js';
import { NeedsDocument, readNeeds, SessionDocument, SessionList, writeSession } from './document.js';
import { SessionWhyDocument, writeSessionWhy } from './whyDocument.js';

const tags = ['Sessions'];
const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 1_000;

export const sessionRoutes: FastifyPluginAsyncTypebox<{ service: SmartChargingService }> = async (app, { service }) => {
  const before: ReadBefore = async ({ siteId, sessionId }) => {
    const sessions = await service.listSessions(siteId, { limit: LIMIT_MAX });
    const found = sessions.find((session) => session.sessionId === sessionId);
    return found === undefined ? null : writeSession(found);
  };

  app.get(
    '/sites/:siteId/sessions/:sessionId/history',
    {
      config: reads('site', READERS),
      schema: {
        tags,
        operationId: 'getSessionCourse',
        summary: 'What a session took when',
        description:
          "By the quarter of an hour, as its station metered it. Also of one that is over, while it is among the site's last 1,000.",
        params: Type.Object({ siteId: SiteId, sessionId: SessionId }),
        response: { 200: CourseDocument, ...problemResponses('SITE_NOT_FOUND', 'SESSION_NOT_FOUND') },
      },
    },
    async ({ params }) => writeCourse(await service.history.sessionCourse(params.siteId, params.sessionId)),
  );

  app.get(
    '/sites/:siteId/sessions',
    {
      config: reads('site', READERS),
      schema: {
        tags,
        operationId: 'listSessions',
        summary: 'Open and past sessions',
        params: SiteParams,
        querystring: Type.Object(
          {
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMIT_MAX, default: LIMIT_DEFAULT })),
            before: Type.Optional(Instant),
          },
          { additionalProperties: false },
        ),
        response: { 200: SessionList, ...problemResponses('SITE_NOT_FOUND') },
      },
    },
    async ({ params, query }) => {
      const sessions = await service.listSessions(params.siteId, {
        limit: query.limit ?? LIMIT_DEFAULT,
        ...(query.before === undefined ? {} : { beforeMs: parseInstant(query.before, 'before') }),
      });
      return { sessions: sessions.map(writeSession) };
    },
  );

  app.put(
    '/sites/:siteId/sessions/:sessionId/needs',
    {
      config: changes('site', OPERATORS, before),
      schema: {
        tags,
        operationId: 'putNeeds',
        summary: 'What the driver needs',
        params: Type.Object({ siteId: SiteId, sessionId: SessionId }),
        body: NeedsDocument,
        response: { 200: SessionDocument, ...problemResponses('SITE_NOT_FOUND', 'SESSION_NOT_FOUND', ...WITH_BODY) },
      },
    },
    async ({ params, body }) => writeSession(await service.putNeeds(params.siteId, params.sessionId, readNeeds(body))),
  );

  app.get(
    '/sites/:siteId/sessions/:sessionId/why',
    {
      config: reads('site', READERS),
      schema: {
        tags,
        operationId: 'getSessionWhy',
        summary: 'Why an open session gets what it gets: now, before, and as planned',
        params: Type.Object({ siteId: SiteId, sessionId: SessionId }),
        response: { 200: SessionWhyDocument, ...problemResponses('SITE_NOT_FOUND', 'SESSION_NOT_FOUND') },
      },
    },
    async ({ params }) => writeSessionWhy(service.why.ofSession(params.siteId, params.sessionId)),
  );
};
