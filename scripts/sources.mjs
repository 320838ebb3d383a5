import { existsSync, readdirSync } from 'node:fs';
import { inRoot } from './paths.mjs';

/** Every file below a folder, as paths relative to the root, in an order that does not depend on the file system. */
export function filesBelow(folder) {
  if (!existsSync(inRoot(folder))) return [];
  return readdirSync(inRoot(folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(path) : [path];
    });
}

export function filesEndingWith(folder, ending) {
  return filesBelow(folder).filter((file) => file.endsWith(ending));
}
