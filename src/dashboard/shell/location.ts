import { computed, signal } from '@preact/signals';
import { routeOf } from './route.js';

// The address is where the view's own state lives: filter, phase, span and what is picked.

const here = () => ({ path: location.pathname, query: new URLSearchParams(location.search) });
const current = signal(here());

export const route = computed(() => routeOf(current.value.path));
/** As it is written; for views whose address has more parts than their route. */
export const path = computed(() => current.value.path);
export const query = computed(() => current.value.query);

export function goTo(address: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') history.pushState(null, '', address);
  else history.replaceState(null, '', address);
  const before = current.peek().path;
  current.value = here();
  if (current.peek().path === before) return;
  window.scrollTo(0, 0);
  // A reader hears the new view's name; see the heading of each view.
  requestAnimationFrame(() => document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true }));
}

/** Changes the view's own state; undefined takes a member away. */
export function setQuery(changes: Readonly<Record<string, string | undefined>>): void {
  const next = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString();
  goTo(text === '' ? location.pathname : `${location.pathname}?${text}`, 'replace');
}

/** Links to our own pages do not load anew. */
export function watchLocation(): void {
  window.addEventListener('popstate', () => {
    current.value = here();
  });
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || link.origin !== location.origin || link.target !== '' || link.hasAttribute('download')) return;
    if (link.hash !== '' && link.pathname === location.pathname) return;
    if (link.pathname.startsWith('/docs') || link.pathname.startsWith('/v1')) return;
    event.preventDefault();
    goTo(link.pathname + link.search);
  });
}
