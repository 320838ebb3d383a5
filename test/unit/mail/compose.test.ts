import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeMail } from '../../../src/mail/compose.js';
import { isMailFrom, parseSmtpUrl } from '../../../src/mail/smtpSettings.js';
import type { Notice } from '../../../src/notices/notice.js';

const AT_MS = Date.parse('2026-01-14T15:30:00+01:00');
const URL = 'https://charging.example';

function offline(stationId: string, siteName = 'Depot Nord', siteId = 'depot'): Notice {
  return {
    id: `notice-${stationId}`,
    kind: 'raised',
    key: `station.uncontrollable/${stationId}`,
    facts: { type: 'station.uncontrollable', stationId, stationName: null, obstacle: 'offline', reservedA: 6 },
    sinceMs: AT_MS - 600_000,
    atMs: AT_MS,
    site: { siteId, name: siteName, timeZone: 'Europe/Stockholm' },
  };
}

describe('A mail', () => {
  it('says one thing in its subject, and where to look', () => {
    const { subject, text, html } = composeMail([offline('CP001')], 'sv', URL);
    expect(subject).toBe('Depot Nord: CP001: Ingen kontakt sedan 15:20. 6 A hålls reserverat.');
    expect(text).toContain('Depot Nord · Stationer utom kontroll\n- CP001: Ingen kontakt');
    expect(text).toContain('https://charging.example/s/depot');
    expect(html).toContain('<a href="https://charging.example/s/depot">');
  });

  it('counts many, lists the first, and sorts them by site', () => {
    const storm = Array.from({ length: 200 }, (_, n) =>
      offline(`CP${n}`, n < 20 ? 'South' : 'Depot Nord', n < 20 ? 'south' : 'depot'),
    );
    const { subject, text } = composeMail(storm, 'en', URL);
    expect(subject).toBe('200 notices: Stations out of control');
    expect(text.match(/^- /gm)).toHaveLength(50);
    expect(text).toContain('… and 150 more.');
    expect(text.match(/Stations out of control/g)).toHaveLength(2);
    expect(text.length).toBeLessThan(10_000);
  });

  it('names the site where all is of one', () => {
    expect(composeMail([offline('A'), offline('B')], 'en', URL).subject).toBe(
      '2 notices: Depot Nord: Stations out of control',
    );
  });

  it('has one line of subject and no markup but its own, whatever a site is called', () => {
    const lines = /[\r\n\u0085\u2028\u2029\0]/;
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('en', 'sv'), (name, language) => {
        const { subject, html } = composeMail([offline(name, name, 'depot')], language as 'en', URL);
        expect(subject).not.toMatch(lines);
        expect(subject.length).toBeLessThanOrEqual(160);
        const tags = [...html.matchAll(/<\/?([a-z0-9!]+)/gi)].map((match) => match[1]);
        expect(new Set(tags)).toEqual(new Set(['!doctype', 'html', 'body', 'h2', 'ul', 'li', 'p', 'a']));
      }),
    );
    const evil = composeMail([offline('x\r\nBcc: all@example.com', '<script>alert(1)</script>')], 'en', URL);
    expect(evil.subject).not.toMatch(lines);
    expect(evil.html).not.toContain('<script>');
  });
});

describe('The address of a mail server', () => {
  it.each([
    ['smtp://mail.example', { host: 'mail.example', port: 587, encrypted: false, login: 'none' }],
    ['smtps://mail.example', { host: 'mail.example', port: 465, encrypted: true, login: 'none' }],
    ['smtp://a%40b:p%3Aw@mail.example:25/', { port: 25, login: { user: 'a@b', password: 'p:w' } }],
    ['smtp://[::1]:1025', { host: '::1', port: 1025 }],
  ])('%s is read', (text, settings) => {
    expect(parseSmtpUrl(text)).toMatchObject(settings);
  });

  it.each([
    '',
    'mail.example',
    'http://mail.example',
    'smtp://',
    'smtp://user@mail.example',
    'smtp://mail.example/x',
    'smtp://mail.example?pool=true',
    'smtp://%zz:x@mail.example',
  ])('%s is refused', (text) => {
    expect(parseSmtpUrl(text)).toBeUndefined();
  });

  it.each([
    ['evenkeel@example.com', true],
    ['Evenkeel Laddning <evenkeel@example.com>', true],
    ['evenkeel', false],
    ['a@b, c@d', false],
    ['A\r\nBcc: x <a@b>', false],
    ['<a@b>', false],
    ['', false],
  ])('as a sender %j is taken: %s', (text, isTaken) => {
    expect(isMailFrom(text)).toBe(isTaken);
  });
});
