import type { Notice } from './notice.js';
import { sentenceOf } from './sentences.js';

/** As programs are told: instants as text, and the sentence that a person would read. */
export function noticeDocument(notice: Notice): Readonly<Record<string, unknown>> {
  const { type: _type, ...facts } = notice.facts;
  return {
    ...Object.fromEntries(Object.entries(facts).map(asText)),
    siteName: notice.site === 'none' ? null : notice.site.name,
    since: new Date(notice.sinceMs).toISOString(),
    sentence: sentenceOf(notice, 'en'),
  };
}

/** departureMs: 1 becomes departure: "1970-…". */
function asText([name, value]: readonly [string, unknown]): readonly [string, unknown] {
  if (!name.endsWith('Ms')) return [name, value];
  return [name.slice(0, -2), typeof value === 'number' ? new Date(value).toISOString() : null];
}
