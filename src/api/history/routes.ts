import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { SmartChargingService } from '../../control/service.js';
import type { Clock } from '../../site/clock.js';
import { READERS, reads } from '../accounts/access.js';
import { csvLine, orCsv, wantsCsv } from '../csv.js';
import { problemResponses } from '../problems.js';
import { SiteParams } from '../schemas.js';
import { asFile, sendLong } from './answer.js';
import { BILL_COLUMNS, BillDocument, billRows, writeBill } from './billDocument.js';
import {
  cellsOf,
  HistoryDocument,
  MONTH_COLUMNS,
  MonthList,
  PERIOD_COLUMNS,
  SESSION_COLUMNS,
  SessionHistory,
  writeMonth,
  writePeriod,
  writeSessionRecord,
} from './document.js';
import { MonthQuery, PeriodQuery, readSpan, SpanQuery } from './query.js';
import { siteTimeWriter } from './siteTime.js';

const tags = ['History'];
const IN_SITE_TIME = "Instants have the offset of the site's zone.";

export const historyRoutes: FastifyPluginAsyncTypebox<{ service: SmartChargingService; clock: Clock }> = async (
  app,
  { service, clock },
) => {
  /** The members that every document of a span begins with. */
  const headOf = (siteId: string, span: { readonly fromMs: number; readonly toMs: number }) => {
    const { timeZone } = service.getSite(siteId);
    const time = siteTimeWriter(timeZone);
    return { time, head: { siteId, timeZone, from: time(span.fromMs), to: time(span.toMs) } };
  };

  app.get(
    '/sites/:siteId/history',
    {
      config: reads('site', READERS),
      schema: {
        tags,
        operationId: 'getHistory',
        summary: 'Energy and peaks by quarter of an hour, hour, day or month',
        description: `Whole periods that overlap the span; by default the last 31 days, day by day. At most 100 days by the quarter of an hour, else ten years. ${IN_SITE_TIME}`,
        params: SiteParams,
        querystring: PeriodQuery,
        response: { 200: orCsv(HistoryDocument, 'What happened.'), ...problemResponses('SITE_NOT_FOUND') },
      },
    },
    async (request, reply) => {
      const { siteId } = request.params;
      const { format, resolution = 'day' } = request.query;
      const span = readSpan(request.query, { nowMs: clock.nowMs(), days: 31, resolution });
      const { time, head } = headOf(siteId, span);
      return sendLong(request, reply, {
        format,
        pages: service.history.historyPeriods(siteId, { ...span, resolution }),
        head: { ...head, resolution },
        list: 'periods',
        write: (period) => writePeriod(period, time),
        columns: PERIOD_COLUMNS,
        row: (period) => cellsOf(writePeriod(period, time), PERIOD_COLUMNS),
        fileName: `${siteId}-history`,
      });
    },
  );

  app.get(
    '/sites/:siteId/history/sessions',
    {
      config: reads('site', READERS),
      schema: {
        tags,
        operationId: 'getSessionHistory',
        summary: 'Energy and cost of each session, and what it would have cost uncontrolled',
        description: `Sessions that began in the span, by default in the last 31 days; at most ten years. ${IN_SITE_TIME}`,
        params: SiteParams,
        querystring: SpanQuery,
        response: { 200: orCsv(SessionHistory, 'The sessions.'), ...problemResponses('SITE_NOT_FOUND') },
      },
    },
    async (request, reply) => {
      const { siteId } = request.params;
      const span = readSpan(request.query, { nowMs: clock.nowMs(), days: 31 });
      const { time, head } = headOf(siteId, span);
      return sendLong(request, reply, {
        format: request.query.format,
        pages: service.history.historySessions(siteId, span),
        head,
        list: 'sessions',
        write: (session) => writeSessionRecord(session, time),
        columns: SESSION_COLUMNS,
        row: (session) => cellsOf(writeSessionRecord(session, time), SESSION_COLUMNS),
        fileName: `${siteId}-sessions`,
      });
    },
  );

  app.get(
    '/sites/:siteId/history/months',
    {
      config: reads('site', READERS),
      schema: {
        tags,
        operationId: 'getMonthHistory',
        summary: 'Energy, cost, peaks and saving of each month',
        description: `Whole months that overlap the span, by default the last year; at most ten years. A month that runs is told up to now. ${IN_SITE_TIME}`,
        params: SiteParams,
        querystring: SpanQuery,
        response: { 200: orCsv(MonthList, 'The months.'), ...problemResponses('SITE_NOT_FOUND') },
      },
    },
    async (request, reply) => {
      const { siteId } = request.params;
      const span = readSpan(request.query, { nowMs: clock.nowMs(), days: 366 });
      const { time, head } = headOf(siteId, span);
      return sendLong(request, reply, {
        format: request.query.format,
        pages: service.history.historyMonths(siteId, span),
        head,
        list: 'months',
        write: (month) => writeMonth(month, time),
        columns: MONTH_COLUMNS,
        row: (month) => cellsOf(writeMonth(month, time), MONTH_COLUMNS),
        fileName: `${siteId}-months`,
      });
    },
  );

  app.get(
    '/sites/:siteId/bill',
    {
      config: reads('site', READERS),
      schema: {
        tags,
        operationId: 'getBill',
        summary: 'The bill of a month, line by line, and what it would have been uncontrolled',
        description: `By all tariffs of the site as they are now. ${IN_SITE_TIME}`,
        params: SiteParams,
        querystring: MonthQuery,
        response: {
          200: orCsv(BillDocument, 'The bill.'),
          ...problemResponses('SITE_NOT_FOUND', 'SITE_WITHOUT_TARIFF', 'MONTH_NOT_BEGUN', 'NO_PRICE'),
        },
      },
    },
    async (request, reply) => {
      const { siteId } = request.params;
      const { format, month } = request.query;
      const site = service.getSite(siteId);
      const bill = await service.history.siteBill(siteId, month);
      if (!wantsCsv(request, format)) return writeBill(site, bill, siteTimeWriter(site.timeZone));
      return asFile(reply, `${siteId}-bill-${month}`).send([BILL_COLUMNS, ...billRows(bill)].map(csvLine).join(''));
    },
  );
};
