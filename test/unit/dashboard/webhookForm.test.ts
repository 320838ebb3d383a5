import { describe, expect, it } from 'vitest';
import { type DeliveryDocument, WEBHOOK_EVENTS as known } from '../../../src/dashboard/api/webhookDocuments.js';
import {
  deliveryLook,
  eventText,
  offText,
  readWebhook,
  webhookProblems,
  webhookText,
} from '../../../src/dashboard/model/webhookForm.js';
import { en as always } from '../../../src/dashboard/words/en.js';
import { en } from '../../../src/dashboard/words/views/en.js';
import type { ViewSpeech, ViewWord } from '../../../src/dashboard/words/views/viewSpeech.js';
import { fill, type Word } from '../../../src/dashboard/words/words.js';
import { WEBHOOK_EVENTS } from '../../../src/webhooks/eventTypes.js';
import { english, NOW_MS } from './aSite.js';

const words: Readonly<Record<Word | ViewWord, string>> = { ...always, ...en };
const speech: ViewSpeech = { ...english, plain: english, say: (word, filling) => fill(words[word], filling) };
const text = { url: ' https://example.com/evenkeel ', events: ['limit.exceeded'], siteIds: [] };

describe('a webhook in a form', () => {
  it('needs a web address and something to be told of', () => {
    expect(webhookProblems(text)).toEqual([]);
    expect(webhookProblems({ ...text, url: 'https://a.example/:1?x=[y]' })).toEqual([]);
    for (const url of ['', 'example.com', 'ftp://example.com', 'https://', 'https://a b', 'javascript:alert(1)']) {
      expect(webhookProblems({ ...text, url }), url).toMatchObject([{ field: 'url', word: 'webhooks.badUrl' }]);
    }
    const long = `https://example.com/${'x'.repeat(2_048)}`;
    expect(webhookProblems({ ...text, url: long, events: [] }).map(({ field }) => field)).toEqual(['url', 'events']);
  });

  it('is for all sites where none is picked', () => {
    expect(readWebhook(text)).toEqual({ url: 'https://example.com/evenkeel', events: ['limit.exceeded'] });
    expect(readWebhook({ ...text, siteIds: ['depot'] }).siteIds).toEqual(['depot']);
    expect(webhookText(undefined)).toEqual({ url: '', events: [], siteIds: [] });
  });

  it('may be told of everything that the service tells of, each in words', () => {
    expect([...known].sort()).toEqual([...WEBHOOK_EVENTS].sort());
    for (const event of WEBHOOK_EVENTS) expect(eventText(event, speech)).not.toContain(event);
    expect(eventText('limit.exceeded.resolved', speech)).toBe('A limit is exceeded: over');
    expect(eventText('webhook.test', speech)).toBe('Trial');
    expect(eventText('something.newer', speech)).toBe('something.newer');
  });
});

describe('what became of a message', () => {
  const at = new Date(NOW_MS).toISOString();
  const delivery = (changes: Partial<DeliveryDocument>): DeliveryDocument => ({
    messageId: 'm1',
    type: 'limit.exceeded',
    state: 'waiting',
    createdAt: at,
    attempts: 0,
    nextAttemptAt: null,
    endedAt: null,
    lastAttempt: null,
    body: '{}',
    ...changes,
  });
  const refused = { at, tookMs: 12, status: 500, reason: 'the receiver answered 500' };
  const silent = { at, tookMs: 10_000, status: null, reason: 'it took longer than 10 s' };

  it.each<readonly [string, Partial<DeliveryDocument>, string, string | undefined]>([
    ['has just been written', {}, 'On its way', undefined],
    ['arrived', { state: 'delivered', attempts: 1 }, 'Delivered', undefined],
    [
      'was refused, and is tried again',
      { attempts: 1, lastAttempt: refused, nextAttemptAt: new Date(NOW_MS + 300_000).toISOString() },
      'Not yet delivered',
      'The receiver answered 500. Next try 14:25.',
    ],
    [
      'was never answered',
      { state: 'failed', attempts: 10, lastAttempt: silent },
      'Given up after 10 tries',
      'No answer: it took longer than 10 s.',
    ],
    ['grew too old', { state: 'expired' }, 'Not sent, too old', undefined],
    ['was dropped', { state: 'dropped' }, 'Not sent', undefined],
  ])('is told of one that %s', (_name, changes, word, detail) => {
    expect(deliveryLook(delivery(changes), NOW_MS, speech)).toMatchObject({ word, detail });
  });

  it('is why a webhook is off', () => {
    const off = (reason: string) => offText({ since: at, reason }, speech);
    expect(off('the receiver answered 410 Gone')).toBe('Its receiver wants no more (410).');
    expect(off('something else')).toBe('Why: something else');
  });
});
