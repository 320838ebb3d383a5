import type { Command } from 'commander';
import { type CompletionNode, type CompletionOption, completionTree } from './tree.js';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A script that the shell reads once. It knows every word by itself, and asks nobody while one types. */
export function completionScript(shell: Shell, program: Command): string {
  const nodes = completionTree(program);
  const name = program.name();
  switch (shell) {
    case 'bash':
      return bash(name, nodes);
    case 'zsh':
      return zsh(name, nodes);
    case 'fish':
      return fish(name, nodes);
  }
}

/** Where one is: each command that is typed leads on from those before. " site apply", as the scripts keep it. */
const place = ({ path }: CompletionNode): string => (path === '' ? '' : ` ${path}`);
const places = (nodes: readonly CompletionNode[]): string =>
  nodes
    .filter(({ path }) => path !== '')
    .map((node) => quoted(place(node)))
    .join('|');

/** For every shell here: between single quotes nothing means anything but their end. */
const quoted = (words: string): string => `'${words.replaceAll("'", "'\\''")}'`;

function bash(name: string, nodes: readonly CompletionNode[]): string {
  return lines(
    `# ${name} completion for bash: eval "$(${name} completion bash)"`,
    `_${name}() {`,
    `  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} at= words= files= i`,
    '  for ((i = 1; i < COMP_CWORD; i++)); do',
    `    case "$at \${COMP_WORDS[i]}" in ${places(nodes)}) at="$at \${COMP_WORDS[i]}" ;; esac`,
    '  done',
    '  case "$at:$previous" in',
    ...valueCases(nodes, {
      file: 'files=yes',
      choice: (choices) => `words=${quoted(choices.join(' '))}`,
      any: 'return',
    }),
    '    *)',
    '      case "$at" in',
    ...nodes.map((node) => {
      const flags = node.options.flatMap((option) => option.flags.slice(0, 1));
      const words = [...node.subcommands.map((one) => one.name), ...node.choices, ...flags].join(' ');
      return `        ${quoted(place(node))}) words=${quoted(words)}${node.takesFiles ? ' files=yes' : ''} ;;`;
    }),
    '      esac ;;',
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
    "  local IFS=$'\\n'",
    '  if [[ -n $files ]]; then COMPREPLY+=($(compgen -f -- "$current")); fi',
    '}',
    `complete -o filenames -F _${name} ${name}`,
  );
}

function zsh(name: string, nodes: readonly CompletionNode[]): string {
  const described = (word: string, description: string) => quoted(`${word.replaceAll(':', '\\:')}:${description}`);
  return lines(
    `#compdef ${name}`,
    `# ${name} completion for zsh: ${name} completion zsh > "\${fpath[1]}/_${name}", or source it.`,
    `_${name}() {`,
    // Not "path": that is the search path of zsh.
    '  local at= i',
    '  for ((i = 2; i < CURRENT; i++)); do',
    `    case "$at \${words[i]}" in ${places(nodes).replaceAll('|', ' | ')}) at="$at \${words[i]}" ;; esac`,
    '  done',
    `  case "$at:\${words[CURRENT-1]}" in`,
    ...valueCases(nodes, {
      file: '_files; return',
      choice: (choices) => `compadd -- ${choices.map(quoted).join(' ')}; return`,
      any: 'return',
    }),
    '  esac',
    '  local -a commands options',
    '  case "$at" in',
    ...nodes.map((node) => {
      const commands = node.subcommands.map((one) => described(one.name, one.description));
      const options = node.options.map(({ flags, description }) => described(flags[0] ?? '', description));
      const choices = node.choices.map((choice) => quoted(choice));
      const files = node.takesFiles ? ' _files' : '';
      return `    ${quoted(place(node))}) commands=(${[...commands, ...choices].join(' ')}); options=(${options.join(' ')});${files} ;;`;
    }),
    '  esac',
    '  (( $#commands )) && _describe command commands',
    '  _describe -o option options',
    '}',
    `if [[ "\${funcstack[1]}" = _${name} ]]; then _${name} "$@"; else compdef _${name} ${name}; fi`,
  );
}

function fish(name: string, nodes: readonly CompletionNode[]): string {
  return lines(
    `# ${name} completion for fish: ${name} completion fish > ~/.config/fish/completions/${name}.fish`,
    `function __${name}_at`,
    "    set -l at ''",
    '    set -l typed (commandline -opc)',
    '    for word in $typed[2..-1]',
    '        switch "$at $word"',
    `            case ${places(nodes).replaceAll('|', ' ')}`,
    '                set at "$at $word"',
    '        end',
    '    end',
    '    test "$at" = "$argv[1]"',
    'end',
    `complete -c ${name} -f`,
    ...nodes.flatMap((node) => {
      const start = `complete -c ${name} -n ${fishQuoted(`__${name}_at ${fishQuoted(place(node))}`)}`;
      return [
        ...node.subcommands.map((one) => `${start} -a ${fishQuoted(one.name)} -d ${fishQuoted(one.description)}`),
        ...node.choices.map((choice) => `${start} -a ${fishQuoted(choice)}`),
        ...node.options.map((option) => `${start} ${fishOption(option)} -d ${fishQuoted(option.description)}`),
        ...(node.takesFiles ? [`${start} -F`] : []),
      ];
    }),
  );
}

const fishQuoted = (words: string): string => `'${words.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function fishOption({ flags, value }: CompletionOption): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(' ');
  switch (value.is) {
    case 'none':
      return names;
    case 'any':
      return `${names} -x`;
    case 'file':
      return `${names} -r -F`;
    case 'choice':
      return `${names} -x -a ${fishQuoted(value.choices.join(' '))}`;
  }
}

interface Answers {
  readonly file: string;
  readonly any: string;
  readonly choice: (choices: readonly string[]) => string;
}

/** After an option that takes a value: what that may be. */
function valueCases(nodes: readonly CompletionNode[], answers: Answers): readonly string[] {
  return nodes.flatMap((node) =>
    node.options.flatMap(({ flags, value }) => {
      if (value.is === 'none') return [];
      const patterns = flags.map((flag) => quoted(`${place(node)}:${flag}`)).join('|');
      return [`    ${patterns}) ${value.is === 'choice' ? answers.choice(value.choices) : answers[value.is]} ;;`];
    }),
  );
}

const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`;
