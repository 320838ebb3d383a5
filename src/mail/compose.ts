import { NOTICE_TYPES, type Notice, type NoticeType } from '../notices/notice.js';
import { sentenceOf } from '../notices/sentences.js';
import { type Language, say } from '../notices/words.js';

export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** More are counted, not listed: nobody reads them. */
const LISTED_MAX = 50;
const SUBJECT_MAX_CHARACTERS = 160;
/** Whatever would end a line of a header, or can not be seen. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** One mail about all of them, in somebody's language. `publicUrl`: where the dashboard is. */
export function composeMail(notices: readonly Notice[], language: Language, publicUrl: string): Mail {
  const listed = notices.slice(0, LISTED_MAX);
  const groups = groupsOf(listed, language);
  const more = notices.length - listed.length;
  const moreLine = more === 0 ? [] : [say(language, 'mail.more', { n: String(more) })];
  const footer = say(language, 'mail.why');
  const text = [
    ...groups.flatMap(({ heading, url, lines }) => [
      heading,
      ...lines.map((line) => `- ${line}`),
      urlOf(publicUrl, url),
      '',
    ]),
    ...moreLine,
    ...(more === 0 ? [] : ['']),
    footer,
  ].join('\n');
  const html = [
    '<!doctype html><html><body style="font-family:sans-serif;line-height:1.5">',
    ...groups.map(
      ({ heading, url, lines }) =>
        `<h2 style="font-size:1.1em">${escaped(heading)}</h2><ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>` +
        `<p><a href="${escaped(urlOf(publicUrl, url))}">${escaped(say(language, 'mail.open'))}</a></p>`,
    ),
    ...moreLine.map((line) => `<p>${escaped(line)}</p>`),
    `<p style="color:#666">${escaped(footer)}</p></body></html>`,
  ].join('\n');
  return { subject: subjectOf(notices, language), text, html };
}

interface Group {
  readonly heading: string;
  /** Null: of no site. */
  readonly url: string | null;
  readonly lines: readonly string[];
}

/** By site and what it is about. */
function groupsOf(notices: readonly Notice[], language: Language): readonly Group[] {
  const groups = new Map<string, Notice[]>();
  for (const notice of notices) {
    const key = `${notice.site === 'none' ? '' : notice.site.siteId}\n${notice.facts.type}`;
    groups.set(key, [...(groups.get(key) ?? []), notice]);
  }
  return [...groups.values()].map((ofGroup): Group => {
    const [first] = ofGroup;
    const site = first?.site ?? 'none';
    const title = first === undefined ? '' : titleOf(first.facts.type, language);
    return {
      heading: seen(`${siteName(site, language)} · ${title}`),
      url: site === 'none' ? null : site.siteId,
      lines: ofGroup.map((notice) => seen(sentenceOf(notice, language))),
    };
  });
}

function subjectOf(notices: readonly Notice[], language: Language): string {
  const [first] = notices;
  if (first === undefined) return say(language, 'service');
  const where = siteName(first.site, language);
  if (notices.length === 1) return short(say(language, 'mail.one', { w: where, s: sentenceOf(first, language) }));
  const types = NOTICE_TYPES.filter((type) => notices.some(({ facts }) => facts.type === type));
  const names = new Set(notices.map(({ site }) => siteName(site, language)));
  const what = types.map((type) => titleOf(type, language)).join(', ');
  const s = names.size === 1 ? `${where}: ${what}` : what;
  return short(say(language, 'mail.many', { n: String(notices.length), s }));
}

function titleOf(type: NoticeType, language: Language): string {
  return say(language, `title.${type}`);
}

function siteName(site: Notice['site'], language: Language): string {
  return site === 'none' ? say(language, 'service') : site.name;
}

/** The part of the dashboard that shows a site. */
function urlOf(publicUrl: string, siteId: string | null): string {
  return siteId === null ? `${publicUrl}/` : `${publicUrl}/s/${encodeURIComponent(siteId)}`;
}

function short(text: string): string {
  const line = seen(text);
  return line.length <= SUBJECT_MAX_CHARACTERS ? line : `${line.slice(0, SUBJECT_MAX_CHARACTERS - 1)}…`;
}

/** On one line. */
function seen(text: string): string {
  return text.replaceAll(INVISIBLE, ' ').trim();
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}
