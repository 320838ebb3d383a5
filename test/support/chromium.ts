import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const INSTALL_AT_MOST_MS = 240_000;
const LAUNCH_AT_MOST_MS = 60_000;

/** A real browser. Where none is installed, Debian's is, if that is allowed here; else the error says what to do. */
export async function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium() ?? installChromium(),
    // Of root, and in containers, Chromium has neither a sandbox nor much shared memory.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--font-render-hinting=none'],
    timeout: LAUNCH_AT_MOST_MS,
  });
}

function findChromium(): string | undefined {
  const asked = process.env.EVENKEEL_CHROMIUM;
  if (asked !== undefined && asked !== '') return asked;
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function installChromium(): string {
  const asRoot = process.getuid?.() === 0;
  if (asRoot) {
    try {
      const options = {
        stdio: 'ignore',
        timeout: INSTALL_AT_MOST_MS,
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      } as const;
      execFileSync('apt-get', ['update'], options);
      execFileSync('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium'], options);
    } catch {
      // Whether it is there now is what counts.
    }
  }
  const found = findChromium();
  if (found !== undefined) return found;
  throw new Error(
    `The tests of the dashboard need Chromium, and there is none${asRoot ? ' to be installed by apt-get' : ''}. Install it (Debian: apt-get install chromium), or name one in EVENKEEL_CHROMIUM.`,
  );
}
