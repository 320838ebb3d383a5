import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { withLock } from './lock.mjs';
import { inRoot } from './paths.mjs';
import { runNpm } from './processes.mjs';
import { ScriptFailure } from './scriptFailure.mjs';

const STAMP = inRoot('node_modules', '.evenkeel-install.json');
/** What npm writes once an install is complete: every package that is really there. */
const INSTALLED = inRoot('node_modules', '.package-lock.json');
const DEPENDENCY_FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'overrides'];

/**
 * Installs the packages of the lock file unless they are there already. An install made by hand counts, if it is of this lock
 * file; one made under another Node does not, since native packages are built for one.
 */
export async function ensureInstalled() {
  if (isStamped()) return;
  await withLock(async () => {
    if (isStamped()) return;
    if (!isInstalledByHand()) await install();
    writeFileSync(STAMP, JSON.stringify(currentState()));
  });
}

async function install() {
  // npm ci empties what the link names: the packages of some other tree.
  if (lstatSync(inRoot('node_modules'), { throwIfNoEntry: false })?.isSymbolicLink())
    throw new ScriptFailure(
      'node_modules is a link, and what it leads to is not what package-lock.json asks for. Remove the link, and run this again.',
    );
  rmSync(STAMP, { force: true });
  console.error('Installing packages (npm ci) …');
  // Development packages are needed to build, whatever NODE_ENV says. An optional one that can't be built is left out by npm.
  const code = await runNpm([
    'ci',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
  if (code !== 0) throw new ScriptFailure(`npm ci failed with exit code ${code}; its message is above.`);
}

function isStamped() {
  const stamp = readJson(STAMP);
  const state = currentState();
  return stamp?.packages === state.packages && stamp?.node === state.node;
}

function currentState() {
  const manifest = readJson(inRoot('package.json')) ?? {};
  const hash = createHash('sha256').update(readFileSync(inRoot('package-lock.json')));
  for (const field of DEPENDENCY_FIELDS) hash.update(JSON.stringify(manifest[field] ?? {}));
  return { packages: hash.digest('hex'), node: `${process.versions.modules} ${process.platform} ${process.arch}` };
}

function isInstalledByHand() {
  const installed = readJson(INSTALLED)?.packages;
  const wanted = readJson(inRoot('package-lock.json'))?.packages;
  if (installed === undefined || wanted === undefined) return false;
  const stamp = readJson(STAMP);
  if (stamp !== undefined && stamp.node !== currentState().node) return false;
  if (!lockAgreesWithManifest(wanted[''])) return false;
  return (
    Object.entries(wanted).every(
      ([path, entry]) =>
        path === '' || installed[path]?.version === entry.version || (entry.optional && installed[path] === undefined),
    ) && Object.keys(installed).every((path) => wanted[path] !== undefined)
  );
}

/** When package.json was edited without its lock file, npm ci must be the one to say so. */
function lockAgreesWithManifest(lockedManifest) {
  const manifest = readJson(inRoot('package.json')) ?? {};
  return ['dependencies', 'devDependencies', 'optionalDependencies'].every(
    (field) => canonical(manifest[field]) === canonical(lockedManifest?.[field]),
  );
}

function canonical(record) {
  return JSON.stringify(Object.entries(record ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
