import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { SmartChargingService } from '../../control/service.js';
import type { Clock } from '../../site/clock.js';
import { EVERY_ROLE, reads } from '../accounts/access.js';
import { AnswerFormat, orCsv, sendCsv, wantsCsv } from '../csv.js';
import { problemResponses } from '../problems.js';
import { SiteParams, TariffId } from '../schemas.js';
import {
  PRICE_COLUMNS,
  priceRows,
  readSpan,
  SitePrices,
  SpanQuery,
  TariffPrices,
  writeSitePrices,
  writeTariffPrices,
} from './priceDocument.js';

const tags = ['Tariffs'];
const querystring = Type.Object({ ...SpanQuery, format: AnswerFormat }, { additionalProperties: false });
const description =
  'By default of two local days, from the start of today, or from `from`. CSV: one row for each stretch.';

export const priceRoutes: FastifyPluginAsyncTypebox<{ service: SmartChargingService; clock: Clock }> = async (
  app,
  { service, clock },
) => {
  const { tariffs } = service;

  app.get(
    '/tariffs/:tariffId/prices',
    {
      config: reads('tariff', EVERY_ROLE),
      schema: {
        tags,
        operationId: 'getTariffPrices',
        summary: 'What a kWh costs and brings by this tariff',
        description,
        params: Type.Object({ tariffId: TariffId }),
        querystring,
        response: {
          200: orCsv(TariffPrices, 'The prices, all in.'),
          ...problemResponses('TARIFF_NOT_FOUND', 'NO_PRICE'),
        },
      },
    },
    async (request, reply) => {
      const { tariffId } = request.params;
      const { timeZone } = tariffs.getTariff(tariffId).tariff;
      const span = readSpan(request.query, timeZone, clock.nowMs());
      const view = tariffs.priceView(tariffId, span);
      if (wantsCsv(request, request.query.format)) return sendCsv(reply, PRICE_COLUMNS, priceRows(view));
      return writeTariffPrices(tariffId, view, span);
    },
  );

  app.get(
    '/sites/:siteId/prices',
    {
      config: reads('site', EVERY_ROLE),
      schema: {
        tags,
        operationId: 'getSitePrices',
        summary: 'What a kWh costs and brings at this site',
        description,
        params: SiteParams,
        querystring,
        response: {
          200: orCsv(SitePrices, 'The prices of all its tariffs together, all in.'),
          ...problemResponses('SITE_NOT_FOUND', 'NO_PRICE'),
        },
      },
    },
    async (request, reply) => {
      const { siteId } = request.params;
      const span = readSpan(request.query, service.getSite(siteId).timeZone, clock.nowMs());
      const view = tariffs.sitePriceView(siteId, span);
      if (wantsCsv(request, request.query.format)) return sendCsv(reply, PRICE_COLUMNS, priceRows(view));
      return writeSitePrices(siteId, view, span);
    },
  );
};
