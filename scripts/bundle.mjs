import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { rolldown } from 'rolldown';

/** What is started, as a process or as a thread of one. */
const STARTED = ['src/main', 'src/cli/main', 'src/solver/worker', 'src/roles/heartbeatWorker'];
const BUNDLE = 'bundle';

/**
 * Puts each program that was compiled to `folder`, with all modules of ours that it is made of, into a few files of folder/bundle, and in
 * the program's own place what starts it there: to find, read and link a thousand files takes longer than to run what is in them. What
 * others import stays beside it, module by module.
 */
export async function bundlePrograms(folder) {
  const programs = STARTED.filter((program) => existsSync(join(folder, `${program}.js`)));
  if (programs.length === 0) return;
  const bundle = await rolldown({
    input: Object.fromEntries(programs.map((program) => [nameOf(program), join(folder, `${program}.js`)])),
    platform: 'node',
    // Packages stay as they were installed, under their names: what is built here runs wherever they are.
    external: (id) => !id.startsWith('.') && !id.startsWith(folder),
    plugins: [{ name: 'as-compiled', load: (id) => (id.startsWith(folder + sep) ? compiled(folder, id) : null) }],
    treeshake: { moduleSideEffects: true },
  });
  try {
    await bundle.write({
      dir: join(folder, BUNDLE),
      format: 'esm',
      sourcemap: true,
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
    });
  } finally {
    await bundle.close();
  }
  for (const program of programs) {
    const up = relative(dirname(program), BUNDLE).replaceAll(sep, '/');
    const file = join(folder, `${program}.js`);
    const [shebang = ''] = /^#!.*\n/.exec(readFileSync(file, 'utf8')) ?? [];
    writeFileSync(file, `${shebang}import '${up}/${nameOf(program)}.js';\n`);
    rmSync(`${file}.map`);
  }
}

/** A module with its map; where it names its own address, that of before. */
function compiled(folder, id) {
  const path = relative(folder, id).replaceAll(sep, '/');
  const code = readFileSync(id, 'utf8')
    .replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n')
    .replaceAll('import.meta.url', `new URL('../${path}', import.meta.url).href`);
  return { code, map: readFileSync(`${id}.map`, 'utf8') };
}

function nameOf(program) {
  return program.replace('src/', '').replaceAll('/', '-');
}
