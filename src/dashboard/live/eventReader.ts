import { RequestFailure } from '../api/client.js';
import { credentials } from '../session.js';
import { EventText, type ServerEvent } from './eventText.js';

/** A stream that says nothing for this long, beats included, is opened anew. */
const SILENT_AT_MOST_MS = 20_000;

/** Reads the events of a site until the stream ends. Throws RequestFailure where it was refused. */
export async function readEvents(
  siteId: string,
  { lastEventId, signal }: { readonly lastEventId: string | undefined; readonly signal: AbortSignal },
  onEvent: (event: ServerEvent) => void,
): Promise<void> {
  const ending = new AbortController();
  const end = () => ending.abort();
  signal.addEventListener('abort', end, { once: true });
  let silence = window.setTimeout(end, SILENT_AT_MOST_MS);
  try {
    const answer = await fetch(`/v1/sites/${encodeURIComponent(siteId)}/events`, {
      headers: { ...credentials(), ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) },
      cache: 'no-store',
      signal: ending.signal,
    });
    if (!answer.ok || answer.body === null) throw new RequestFailure(answer.status, answer.statusText);
    const text = new EventText();
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(silence);
      silence = window.setTimeout(end, SILENT_AT_MOST_MS);
      for (const event of text.take(value)) onEvent(event);
    }
  } finally {
    clearTimeout(silence);
    signal.removeEventListener('abort', end);
  }
}
