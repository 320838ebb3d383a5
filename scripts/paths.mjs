import { fileURLToPath } from 'node:url';

/** The root of the repository, without a trailing slash. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

/** A path below the root. */
export function inRoot(...parts) {
  return [ROOT, ...parts].join('/');
}
