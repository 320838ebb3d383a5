import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { withLock } from './lock.mjs';
import { inRoot } from './paths.mjs';
import { runNode } from './processes.mjs';
import { ScriptFailure } from './scriptFailure.mjs';
import { filesBelow } from './sources.mjs';

const SOURCE_FOLDERS = ['src', 'optimizer', 'tariffs'];
const DIST = inRoot('dist');
/** Beside dist and as deep, so that the relative paths inside the source maps stay right when it takes dist's place. */
const DIST_NEXT = inRoot('dist-next');
const DIST_OLD = inRoot('dist-old');
const STAMP = 'build.json';

/** Compiles to dist/ unless dist/ was compiled from these very sources. A failed build leaves the last good one in place. */
export async function ensureBuilt() {
  if (isBuilt()) return;
  await withLock(async () => {
    if (!isBuilt()) await build();
  });
}

async function build() {
  console.error('Building …');
  const fingerprint = sourceFingerprint();
  for (const left of [DIST_NEXT, DIST_OLD]) rmSync(left, { recursive: true, force: true });
  try {
    const tsc = inRoot('node_modules', 'typescript', 'bin', 'tsc');
    const code = await runNode([tsc, '-p', 'tsconfig.json', '--outDir', DIST_NEXT]);
    if (code !== 0)
      throw new ScriptFailure(`The build failed: tsc ended with exit code ${code}; its message is above.`);
    writeFileSync(`${DIST_NEXT}/${STAMP}`, JSON.stringify({ fingerprint }));
    // A whole new folder, so that what was deleted from the sources does not linger.
    if (existsSync(DIST)) renameSync(DIST, DIST_OLD);
    renameSync(DIST_NEXT, DIST);
  } finally {
    for (const left of [DIST_NEXT, DIST_OLD]) rmSync(left, { recursive: true, force: true });
  }
}

function isBuilt() {
  try {
    return JSON.parse(readFileSync(`${DIST}/${STAMP}`, 'utf8')).fingerprint === sourceFingerprint();
  } catch {
    return false;
  }
}

/** Of contents, not of times: a checkout changes times, and an edit within the clock's resolution does not. */
function sourceFingerprint() {
  const hash = createHash('sha256');
  const files = SOURCE_FOLDERS.flatMap(filesBelow);
  for (const file of [...files, 'tsconfig.json', 'package.json', 'node_modules/typescript/package.json']) {
    const content = readFileSync(inRoot(file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
