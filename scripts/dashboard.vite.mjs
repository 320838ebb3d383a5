import { defineConfig } from 'vite';
import { inRoot } from './paths.mjs';

/** Preact, and what Live is made of. Charts come with the first chart, other views when they are prepared. */
const FIRST_VIEW = new RegExp(
  [
    'node_modules/(preact|@preact)/',
    'src/dashboard/(api/(client|documents)|live|shell|views/live)[/.]',
    'src/dashboard/model/(cars|headline|names|numbers|picture|prices|siteTime|slots|speech|why)[.]',
    'src/dashboard/words/(en|words)[.]',
    'src/dashboard/views/[A-Za-z]+[.]tsx?',
    'src/dashboard/charts/(PlanFigure|PlanTable|SlotTip|Sparkline|reading)[.]',
  ].join('|'),
);

/** The web client, as static files that the service serves. Where they go is said on the command line. */
export default defineConfig({
  root: inRoot('src', 'dashboard'),
  base: '/',
  publicDir: 'public',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    emptyOutDir: true,
    // The content security policy lets nothing in that is written inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Named by their content, so that they may be kept for good.
    assetsDir: 'assets',
    reportCompressedSize: false,
    // What the first view needs is one file: many small ones are larger together, and come later.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'first', test: FIRST_VIEW }] } } },
  },
  logLevel: 'warn',
});
