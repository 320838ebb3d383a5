import { defineConfig } from 'vite';
import { inRoot } from './paths.mjs';

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
  },
  logLevel: 'warn',
});
