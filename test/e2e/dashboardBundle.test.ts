import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { dashboardSizes } from '../support/dashboardSizes.js';

const BUILT = fileURLToPath(new URL('../../dist/dashboard/', import.meta.url));

describe('the dashboard as it is built', () => {
  it('needs no more than 60 KB of script for Live in English, its chart with it, and 12 KB of styles', () => {
    const sizes = dashboardSizes();
    expect(sizes.liveScriptBytes).toBeLessThanOrEqual(60_000);
    expect(sizes.styleBytes).toBeLessThanOrEqual(12_000);
    expect(sizes.fontBytes).toBeLessThanOrEqual(49_000);
    // The chart is counted, and is not in the first script.
    expect(sizes.liveScriptBytes - sizes.firstScriptBytes).toBeGreaterThan(10_000);
  });

  it('tells what keeps the shell of every file that a page may ask for', () => {
    const [first = ''] = readFileSync(`${BUILT}sw.js`, 'utf8').split('\n');
    const told = JSON.parse(first.replace(/^self\.builtAssets=|;$/g, '')) as readonly string[];
    const there = readdirSync(`${BUILT}assets`).filter((file) => !file.endsWith('.gz'));
    expect([...told].sort()).toEqual(there.map((file) => `/assets/${file}`).sort());
  });
});
