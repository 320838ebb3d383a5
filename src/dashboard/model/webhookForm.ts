import {
  type DeliveryDocument,
  WEBHOOK_EVENTS,
  type WebhookDocument,
  type WebhookDraft,
} from '../api/webhookDocuments.js';
import type { ViewSpeech, ViewWord } from '../words/views/viewSpeech.js';

// Webhooks as they are written in forms, and what became of what was sent to them.

const URL_MAX_CHARACTERS = 2_048;
const RESOLVED = '.resolved';
const TEST = 'webhook.test';
const GONE = /\b410\b/;

export interface WebhookText {
  readonly url: string;
  readonly events: readonly string[];
  /** Empty: every site of the organisation. */
  readonly siteIds: readonly string[];
}

export interface WebhookProblem {
  readonly field: 'url' | 'events';
  readonly word: ViewWord;
  readonly filling: Readonly<Record<string, string | number>>;
}

export function webhookText(webhook: WebhookDocument | undefined): WebhookText {
  return { url: webhook?.url ?? '', events: webhook?.events ?? [], siteIds: webhook?.siteIds ?? [] };
}

/** From the top down. Which addresses the service calls is its own to say. */
export function webhookProblems({ url, events }: WebhookText): readonly WebhookProblem[] {
  const problems: WebhookProblem[] = [];
  const written = url.trim();
  if (written.length > URL_MAX_CHARACTERS) {
    problems.push({ field: 'url', word: 'users.longName', filling: { n: URL_MAX_CHARACTERS } });
  } else if (!isWebAddress(written)) problems.push({ field: 'url', word: 'webhooks.badUrl', filling: {} });
  if (events.length === 0) problems.push({ field: 'events', word: 'webhooks.needsEvent', filling: {} });
  return problems;
}

export function readWebhook({ url, events, siteIds }: WebhookText): WebhookDraft {
  return { url: url.trim(), events, ...(siteIds.length === 0 ? {} : { siteIds }) };
}

/** As it is sent to put it back as it was. */
export function draftOf({ url, events, siteIds }: WebhookDocument): WebhookDraft {
  return { url, events, ...(siteIds === null ? {} : { siteIds }) };
}

function isWebAddress(text: string): boolean {
  if (/\s/.test(text)) return false;
  try {
    const { protocol, hostname } = new URL(text);
    return (protocol === 'https:' || protocol === 'http:') && hostname !== '';
  } catch {
    return false;
  }
}

/** What happened, in words where we have them; what is newer than these words is shown by its name. */
export function eventText(type: string, { say }: ViewSpeech): string {
  if (type === TEST) return say('webhooks.trial');
  const asked = type.endsWith(RESOLVED) ? type.slice(0, -RESOLVED.length) : type;
  const known = WEBHOOK_EVENTS.find((event) => event === asked);
  if (known === undefined) return type;
  return type === asked ? say(`event.${known}`) : say('event.over', { e: say(`event.${known}`) });
}

export interface DeliveryLook {
  readonly tone: 'fine' | 'waiting' | 'help' | 'off';
  readonly word: string;
  /** Why it did not arrive, or what comes next. */
  readonly detail: string | undefined;
}

export function deliveryLook(delivery: DeliveryDocument, nowMs: number, { say, clock }: ViewSpeech): DeliveryLook {
  const { state, attempts, nextAttemptAt, lastAttempt } = delivery;
  const why = reasonText(lastAttempt, say);
  switch (state) {
    case 'delivered':
      return { tone: 'fine', word: say('delivery.delivered'), detail: undefined };
    case 'waiting': {
      if (attempts === 0) return { tone: 'waiting', word: say('delivery.underWay'), detail: undefined };
      const next =
        nextAttemptAt === null ? '' : say('delivery.next', { t: clock.when(Date.parse(nextAttemptAt), nowMs) });
      return { tone: 'help', word: say('delivery.again'), detail: `${why ?? ''} ${next}`.trim() };
    }
    case 'failed':
      return { tone: 'help', word: say('delivery.failed', { n: attempts }), detail: why };
    case 'expired':
      return { tone: 'off', word: say('delivery.expired'), detail: why };
    case 'dropped':
      return { tone: 'off', word: say('delivery.dropped'), detail: why };
  }
}

function reasonText(last: DeliveryDocument['lastAttempt'], say: ViewSpeech['say']): string | undefined {
  if (last === null || last.reason === null) return undefined;
  return last.status === null
    ? say('delivery.noAnswer', { d: last.reason })
    : say('delivery.answered', { s: last.status });
}

/** Why nothing is sent there. */
export function offText(disabled: NonNullable<WebhookDocument['disabled']>, { say }: ViewSpeech): string {
  return GONE.test(disabled.reason) ? say('webhooks.gone') : say('webhooks.offWhy', { d: disabled.reason });
}
