import { render } from 'preact';
import { App } from './App.js';
import { beginSession } from './session.js';
import { applyDisplay } from './shell/display.js';
import { watchLocation } from './shell/location.js';
import { watchPrinting } from './shell/print.js';

/** So long after the start the shell is kept for when the service is away: it must not hold up what is shown first. */
const KEEP_SHELL_AFTER_MS = 3_000;

const root = document.getElementById('app');
if (root === null) throw new Error('the page has no place for the dashboard');
await applyDisplay();
watchLocation();
watchPrinting();
void beginSession();
render(<App />, root);
setTimeout(() => {
  // Only over TLS, or on this very machine; elsewhere the dashboard works all the same, with the service.
  if ('serviceWorker' in navigator) navigator.serviceWorker.register('/sw.js').catch(() => undefined);
}, KEEP_SHELL_AFTER_MS);
