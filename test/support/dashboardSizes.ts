import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const BUILT = fileURLToPath(new URL('../../dist/dashboard/', import.meta.url));
const ASSETS = join(BUILT, 'assets');

/** Of the dashboard as it is built, in bytes; scripts and styles gzipped. */
export interface DashboardSizes {
  /** What the page itself names, and what that needs. */
  readonly firstScriptBytes: number;
  /** With the chart, which comes with the first one that is drawn. */
  readonly liveScriptBytes: number;
  readonly allScriptBytes: number;
  readonly styleBytes: number;
  readonly fontBytes: number;
}

/** Read from what the build left, file by file: nothing is loaded. */
export function dashboardSizes(): DashboardSizes {
  const files = readdirSync(ASSETS).filter((file) => !file.endsWith('.gz'));
  const page = readFileSync(join(BUILT, 'index.html'), 'utf8');
  const named = files.filter((file) => file.endsWith('.js') && page.includes(`/assets/${file}`));
  const chart = files.filter((file) => /^drawPlan-.*\.js$/.test(file));
  return {
    firstScriptBytes: packed(withImports(named)),
    liveScriptBytes: packed(withImports([...named, ...chart])),
    allScriptBytes: packed(files.filter((file) => file.endsWith('.js'))),
    styleBytes: packed(files.filter((file) => file.endsWith('.css'))),
    fontBytes: files
      .filter((file) => file.endsWith('.woff2'))
      .reduce((sum, file) => sum + readFileSync(join(ASSETS, file)).length, 0),
  };
}

/** What a script imports comes before it runs; what it fetches later is written as a call, and is not counted. */
function withImports(files: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const add = (file: string) => {
    if (found.has(file)) return;
    found.add(file);
    const text = readFileSync(join(ASSETS, file), 'utf8');
    for (const [, imported] of text.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)) {
      if (imported !== undefined) add(imported);
    }
  };
  for (const file of files) add(file);
  return [...found];
}

function packed(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + gzipSync(readFileSync(join(ASSETS, file)), { level: 9 }).length, 0);
}
