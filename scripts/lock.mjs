import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { inRoot } from './paths.mjs';

const CACHE = inRoot('.cache');
const LOCK = `${CACHE}/run.lock`;
const TAKEOVER = `${CACHE}/run.lock.takeover`;
const RETRY_MS = 100;
/** A take-over lasts microseconds; one older than this was left by a process that died in it. */
const TAKEOVER_STALE_MS = 10_000;

/** Runs `work` while no other run of these scripts in this tree installs or builds. */
export async function withLock(work) {
  mkdirSync(CACHE, { recursive: true });
  let announced = false;
  while (!tryLock()) {
    if (isAbandoned(LOCK) && tryTakeover()) break;
    if (!announced) console.error('Waiting for another run in this directory to finish installing or building.');
    announced = true;
    await delay(RETRY_MS);
  }
  const unlock = () => rmSync(LOCK, { force: true });
  process.on('exit', unlock);
  try {
    return await work();
  } finally {
    process.off('exit', unlock);
    unlock();
  }
}

/** A hard link appears whole or not at all, so nobody reads a lock without its owner in it. */
function tryLock() {
  const mine = `${LOCK}.${process.pid}`;
  writeFileSync(mine, ownerOf(process.pid));
  try {
    linkSync(mine, LOCK);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Only one waiter may replace an abandoned lock, or the second would remove the first one's fresh lock. */
function tryTakeover() {
  try {
    mkdirSync(TAKEOVER);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (ageMs(TAKEOVER) > TAKEOVER_STALE_MS) rmSync(TAKEOVER, { recursive: true, force: true });
    return false;
  }
  try {
    if (!isAbandoned(LOCK)) return false;
    rmSync(LOCK, { force: true });
    return tryLock();
  } finally {
    rmSync(TAKEOVER, { recursive: true, force: true });
  }
}

function isAbandoned(path) {
  let owner;
  try {
    owner = readFileSync(path, 'utf8');
  } catch {
    return false;
  }
  const pid = Number(owner.split(' ')[0]);
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === 'ESRCH';
  }
  return owner !== ownerOf(pid);
}

/** The process id, and where the system tells it (Linux) its start time: ids are used again, after a reboot or in a container. */
function ownerOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const startTicks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${pid} ${startTicks}`;
  } catch {
    return `${pid}`;
  }
}

function ageMs(path) {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}
