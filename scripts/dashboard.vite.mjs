import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vite';
import { inRoot } from './paths.mjs';

/** Preact, and what Live is made of. Charts come with the first chart, other views when they are prepared. */
const FIRST_VIEW = new RegExp(
  [
    'node_modules/(preact|@preact)/',
    'src/dashboard/App[.]',
    'src/dashboard/(api/(client|documents)|live(?!/snapshot)|session|views/live(?!/LiveFoot))[/.]',
    'src/dashboard/shell/(?!AccountMenu)',
    'src/dashboard/model/(cars|headline|kept|longestRise|names|needs|numbers|picture|prices|siteTime|slots|speech|why)[.]',
    'src/dashboard/words/(en|words)[.]',
    'src/dashboard/views/(carLook|lazyView|picture)[.]',
    'src/dashboard/charts/(PlanFigure|reading)[.]',
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
    // Of later views, what they need is named by themselves: a list of it all would be in the first script.
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_url, needed, { hostType }) => (hostType === 'html' ? needed : []),
    },
    // Named by their content, so that they may be kept for good.
    assetsDir: 'assets',
    reportCompressedSize: false,
    // What the first view needs is one file: many small ones are larger together, and come later.
    rolldownOptions: {
      input: {
        index: inRoot('src', 'dashboard', 'index.html'),
        sw: inRoot('src', 'dashboard', 'offline', 'worker.ts'),
      },
      output: {
        // What keeps the shell is asked for by its name, at the root, which is what it looks after.
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        codeSplitting: { groups: [{ name: 'first', test: FIRST_VIEW }] },
      },
    },
  },
  plugins: [{ name: 'tell-the-worker', writeBundle: ({ dir }) => tellTheWorker(dir) }],
  logLevel: 'warn',
});

/** Which files there are is known when they have been written. */
function tellTheWorker(folder) {
  const assets = readdirSync(join(folder, 'assets')).map((file) => `/assets/${file}`);
  const worker = join(folder, 'sw.js');
  writeFileSync(worker, `self.builtAssets=${JSON.stringify(assets.sort())};\n${readFileSync(worker, 'utf8')}`);
}
