import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { withLock } from './lock.mjs';
import { inRoot } from './paths.mjs';
import { runNode } from './processes.mjs';
import { ScriptFailure } from './scriptFailure.mjs';
import { filesBelow } from './sources.mjs';

const DASHBOARD = 'src/dashboard';
/** What is compiled apart, and made again only when it changed itself. */
const PARTS = {
  program: {
    files: () =>
      ['src', 'optimizer', 'tariffs'].flatMap(filesBelow).filter((file) => !file.startsWith(`${DASHBOARD}/`)),
    settings: [
      'tsconfig.json',
      'package.json',
      'scripts/bundle.mjs',
      'node_modules/typescript/package.json',
      'node_modules/rolldown/package.json',
    ],
    build: compileProgram,
    keep: (from, to) => cpSync(from, to, { recursive: true, filter: (path) => path !== join(from, 'dashboard') }),
  },
  dashboard: {
    files: () => filesBelow(DASHBOARD),
    settings: ['scripts/dashboard.vite.mjs', 'package.json', 'node_modules/vite/package.json'],
    build: bundleDashboard,
    keep: (from, to) => cpSync(join(from, 'dashboard'), join(to, 'dashboard'), { recursive: true }),
  },
};
const DIST = inRoot('dist');
/** Beside dist and as deep, so that the relative paths inside the source maps stay right when it takes dist's place. */
const DIST_NEXT = inRoot('dist-next');
const DIST_OLD = inRoot('dist-old');
const STAMP = 'build.json';
/** A part without a single source, as the program's own tests make such trees. */
const ABSENT = 'absent';
/** Below this a compressed file is no smaller on the wire. */
const COMPRESS_MIN_BYTES = 1_000;

/** Makes dist/ unless it was made from these very sources. A failed build leaves the last good one in place. */
export async function ensureBuilt() {
  if (isBuilt(builtFrom(), fingerprints())) return;
  await withLock(async () => {
    const [before, now] = [builtFrom(), fingerprints()];
    if (!isBuilt(before, now)) await build(before, now);
  });
}

async function build(before, now) {
  console.error('Building …');
  for (const left of [DIST_NEXT, DIST_OLD]) rmSync(left, { recursive: true, force: true });
  try {
    for (const [name, part] of Object.entries(PARTS)) {
      if (now[name] === ABSENT) continue;
      if (before[name] === now[name]) part.keep(DIST, DIST_NEXT);
      else await part.build();
    }
    writeFileSync(`${DIST_NEXT}/${STAMP}`, JSON.stringify(now));
    // A whole new folder, so that what was deleted from the sources does not linger.
    if (existsSync(DIST)) renameSync(DIST, DIST_OLD);
    renameSync(DIST_NEXT, DIST);
  } finally {
    for (const left of [DIST_NEXT, DIST_OLD]) rmSync(left, { recursive: true, force: true });
  }
}

async function compileProgram() {
  const tsc = inRoot('node_modules', 'typescript', 'bin', 'tsc');
  const code = await runNode([tsc, '-p', 'tsconfig.json', '--outDir', DIST_NEXT]);
  if (code !== 0) throw new ScriptFailure(`The build failed: tsc ended with exit code ${code}; its message is above.`);
  // Only now: packages may have been installed since this program began.
  const { bundlePrograms } = await import('./bundle.mjs');
  await bundlePrograms(DIST_NEXT);
}

async function bundleDashboard() {
  const vite = inRoot('node_modules', 'vite', 'bin', 'vite.js');
  const folder = join(DIST_NEXT, 'dashboard');
  const code = await runNode([vite, 'build', '--config', inRoot('scripts', 'dashboard.vite.mjs'), '--outDir', folder]);
  if (code !== 0) throw new ScriptFailure(`The build failed: vite ended with exit code ${code}; its message is above.`);
  compressBelow(folder);
}

/** Once here, so that the service has nothing to compress while it serves. */
function compressBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !/\.(js|css|html|svg|webmanifest)$/.test(entry.name)) continue;
    const content = readFileSync(path);
    if (content.length >= COMPRESS_MIN_BYTES) writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
  }
}

function isBuilt(before, now) {
  return Object.keys(PARTS).every((name) => before[name] === now[name]);
}

function builtFrom() {
  try {
    return JSON.parse(readFileSync(`${DIST}/${STAMP}`, 'utf8'));
  } catch {
    return {};
  }
}

/** Of contents, not of times: a checkout changes times, and an edit within the clock's resolution does not. */
function fingerprints() {
  return Object.fromEntries(
    Object.entries(PARTS).map(([name, { files, settings }]) => {
      const sources = files();
      if (sources.length === 0) return [name, ABSENT];
      const hash = createHash('sha256');
      for (const file of [...sources, ...settings]) {
        const content = readFileSync(inRoot(file));
        hash.update(`${file}\0${content.length}\0`).update(content);
      }
      return [name, hash.digest('hex')];
    }),
  );
}
