import { render } from 'preact';
import { App } from './App.js';
import { applyDisplay } from './shell/display.js';
import { watchLocation } from './shell/location.js';

const root = document.getElementById('app');
if (root === null) throw new Error('the page has no place for the dashboard');
await applyDisplay();
watchLocation();
render(<App />, root);
