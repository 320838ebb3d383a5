import type { Argument, Command, Option } from 'commander';

/** What can be typed after a command: of this the script of every shell is made. */
export interface CompletionNode {
  /** The commands before: "" for the program, "site apply". */
  readonly path: string;
  readonly subcommands: readonly Word[];
  readonly options: readonly CompletionOption[];
  readonly takesFiles: boolean;
  /** What its arguments may be, where that is fixed. */
  readonly choices: readonly string[];
}

export interface Word {
  readonly name: string;
  readonly description: string;
}

export interface CompletionOption {
  /** "--output", and "-o" where there is one. */
  readonly flags: readonly string[];
  readonly description: string;
  readonly value:
    | { readonly is: 'none' | 'any' | 'file' }
    | { readonly is: 'choice'; readonly choices: readonly string[] };
}

/** Every command of the program, the program first. */
export function completionTree(command: Command, path = ''): readonly CompletionNode[] {
  const help = command.createHelp();
  const subcommands = help.visibleCommands(command);
  const node: CompletionNode = {
    path,
    subcommands: subcommands.map((one) => ({ name: one.name(), description: one.description() })),
    options: help.visibleOptions(command).map(optionOf),
    takesFiles: command.registeredArguments.some(isFile),
    choices: command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
  };
  const below = subcommands.filter((one) => one.name() !== 'help');
  return [node, ...below.flatMap((one) => completionTree(one, path === '' ? one.name() : `${path} ${one.name()}`))];
}

function optionOf(option: Option): CompletionOption {
  const flags = [option.long, option.short].filter((flag) => typeof flag === 'string');
  return { flags, description: option.description, value: typedAfter(option) };
}

function typedAfter({ flags, required, optional, argChoices }: Option): CompletionOption['value'] {
  if (!required && !optional) return { is: 'none' };
  if (argChoices !== undefined) return { is: 'choice', choices: argChoices };
  return { is: /<(file|dir)>/.test(flags) ? 'file' : 'any' };
}

const isFile = (argument: Argument): boolean => /^files?$/.test(argument.name());
