import { Command } from 'commander';
import { completionCommand } from './completionCommand.js';
import { compositeScheduleCommand } from './compositeScheduleCommand.js';
import { demoCommand } from './demoCommand.js';
import { explainCommand } from './explainCommand.js';
import { healthCommand } from './healthCommand.js';
import { keyCommand } from './keyCommand.js';
import { limitCommand } from './limitCommand.js';
import { migrateCommand } from './migrateCommand.js';
import { optimizeCommand } from './optimizeCommand.js';
import { planCommand } from './planCommand.js';
import { sessionsCommand } from './sessionsCommand.js';
import { simulateCommand } from './simulateCommand.js';
import { siteCommand } from './siteCommand.js';
import { startCommand } from './startCommand.js';
import { stationsCommand } from './stationsCommand.js';
import { tariffCommand } from './tariffCommand.js';
import { usersCommand } from './usersCommand.js';
import { webhooksCommand } from './webhooksCommand.js';

/** The whole command line. What can't be understood is thrown as a CommanderError, once it has been said. */
export function evenkeelProgram(version: string, { sayErrors = true } = {}): Command {
  const program = new Command('evenkeel')
    .description('EV smart charging that keeps every fuse')
    .version(version)
    .addCommand(startCommand())
    .addCommand(demoCommand())
    .addCommand(simulateCommand())
    .addCommand(migrateCommand())
    .addCommand(healthCommand())
    .addCommand(siteCommand())
    .addCommand(tariffCommand())
    .addCommand(limitCommand())
    .addCommand(stationsCommand())
    .addCommand(sessionsCommand())
    .addCommand(planCommand())
    .addCommand(explainCommand())
    .addCommand(compositeScheduleCommand())
    .addCommand(optimizeCommand())
    .addCommand(keyCommand())
    .addCommand(usersCommand())
    .addCommand(webhooksCommand())
    .addCommand(completionCommand());
  speakPlainly(program, sayErrors);
  return program;
}

/** Of every command: one line that says what is wrong, and where the help is. */
function speakPlainly(command: Command, sayErrors: boolean, path = command.name()): void {
  command.exitOverride().configureOutput({
    outputError: (message, write) => {
      const words = message
        .trim()
        .replace(/^error: /, '')
        .replaceAll('\n', ' ');
      if (sayErrors) write(`evenkeel: ${/[.?)]$/.test(words) ? words : `${words}.`} See "${path} --help".\n`);
    },
  });
  for (const one of command.commands) speakPlainly(one, sayErrors, `${path} ${one.name()}`);
}
