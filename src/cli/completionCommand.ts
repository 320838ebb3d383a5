import { Argument, Command } from 'commander';
import { completionScript, SHELLS, type Shell } from './completion/scripts.js';

/** `evenkeel completion`: what a shell needs to complete commands and options, made of the commands themselves. */
export function completionCommand(): Command {
  return new Command('completion')
    .description('print a script that completes commands in your shell: eval "$(evenkeel completion bash)"')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action((shell: Shell, _options: unknown, command: Command) => {
      process.stdout.write(completionScript(shell, command.parent ?? command));
    });
}
