import { useEffect, useRef } from 'preact/hooks';
import type { Screen } from '../live/screen.js';
import { Icon } from './icons.js';

/** How fresh what is shown is, always in sight. */
export function ContactPill({ screen }: { readonly screen: Screen }) {
  const contact = screen.feed.contact.value;
  const { say, numbers, clock } = screen.speech.value;
  if (contact.kind === 'stale') {
    return (
      <span class="pill warn">
        <i />
        {say('contact.stale', { s: numbers.count(contact.ageS) })}
      </span>
    );
  }
  if (contact.kind === 'lost') {
    return (
      <span class="pill bad">
        <i />
        <span class="short">{say('contact.lost')}</span>
        <span class="long">{say('contact.lostSince', { t: clock.time(contact.sinceMs) })}</span>
      </span>
    );
  }
  return (
    <span class="pill">
      <i />
      {say(contact.kind === 'live' ? 'contact.live' : 'contact.connecting')}
    </span>
  );
}

/** That it stands still, and what goes on all the same. */
export function LostBanner({ screen }: { readonly screen: Screen }) {
  const contact = screen.feed.contact.value;
  if (contact.kind !== 'lost') return null;
  const { say, clock } = screen.speech.value;
  return (
    <div class="banner lost">
      <Icon name="off" />
      <div>
        <b>{say('contact.lostBanner', { t: clock.time(contact.sinceMs) })}</b>
        <div class="sub">{say('contact.lostDetail')}</div>
      </div>
    </div>
  );
}

/** A reader is told at most this often. */
const SAID_AT_MOST_EVERY_MS = 20_000;

/** Says aloud what changed for the worse, or back, and nothing else. Give it the sentence that is true now, '' for none. */
export function SpokenNews({ news }: { readonly news: string }) {
  const region = useRef<HTMLDivElement>(null);
  const said = useRef({ text: '', atMs: Number.NEGATIVE_INFINITY });
  useEffect(() => {
    if (news === said.current.text) return;
    const waitMs = news === '' ? 0 : Math.max(0, said.current.atMs + SAID_AT_MOST_EVERY_MS - Date.now());
    const timer = setTimeout(() => {
      said.current = { text: news, atMs: news === '' ? said.current.atMs : Date.now() };
      if (region.current !== null) region.current.textContent = news;
    }, waitMs);
    return () => clearTimeout(timer);
  }, [news]);
  return <div ref={region} class="hidden" role="status" aria-live="polite" />;
}
