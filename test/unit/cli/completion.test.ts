import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { completionScript, SHELLS } from '../../../src/cli/completion/scripts.js';
import { completionTree } from '../../../src/cli/completion/tree.js';
import { evenkeelProgram } from '../../../src/cli/program.js';

const program = evenkeelProgram('1.0.0');

/** What bash itself would offer for a line that ends where the cursor is. */
function offered(line: string): readonly string[] {
  const words = line.split(' ');
  const script = `${completionScript('bash', program)}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length - 1}
_evenkeel
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const output = execFileSync('bash', ['-c', script], { cwd: new URL('../../../', import.meta.url), encoding: 'utf8' });
  return output.split('\n').filter((word) => word !== '');
}

describe('completion', () => {
  it('offers commands, their commands, and their options', () => {
    expect(offered('evenkeel pl')).toEqual(['plan']);
    expect(offered('evenkeel site ')).toEqual(expect.arrayContaining(['list', 'apply', 'export', '--help']));
    expect(offered('evenkeel site apply --d')).toEqual(['--dry-run']);
    expect(offered('evenkeel --url x limit put depot noon --re')).toEqual(['--recurrence', '--reason']);
  });

  it('offers the values that an option may have, files where a file is named, and nothing where it may be anything', () => {
    expect(offered('evenkeel plan depot --phase ')).toEqual(['L1', 'L2', 'L3']);
    expect(offered('evenkeel site export depot -o package-l')).toEqual(['package-lock.json']);
    expect(offered('evenkeel optimize README')).toEqual(['README.md']);
    expect(offered('evenkeel plan --key ')).toEqual([]);
    expect(offered('evenkeel completion ')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
  });

  it('is made of every command and option that there is, for every shell', () => {
    const nodes = completionTree(program);
    expect(nodes.map(({ path }) => path)).toEqual(expect.arrayContaining(['', 'plan', 'site apply', 'tariff preview']));
    for (const shell of SHELLS) {
      const script = completionScript(shell, program);
      for (const { path, options } of nodes) {
        expect(script, shell).toContain(`' ${path}'`.replace("' '", "''"));
        for (const { flags } of options)
          expect(script, shell).toContain(shell === 'fish' ? `-l ${flags[0]?.slice(2)}` : flags[0]);
      }
    }
  });

  it('of zsh leaves its search path alone', () => {
    expect(completionScript('zsh', program)).not.toMatch(/\bpath=|local path/);
  });
});
