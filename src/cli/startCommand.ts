import { Command } from 'commander';
import { Child, SERVICE_PROGRAM } from './programs.js';

/** `evenkeel start`: the service, configured by its environment alone. */
export function startCommand(): Command {
  return new Command('start')
    .description('run the service (configured by environment variables; see the README)')
    .action(async () => {
      const service = new Child({ program: SERVICE_PROGRAM, output: 'inherit' });
      // Ctrl-C reaches the service by itself; a supervisor's signal has to be passed on. Either way it ends first, then we do.
      process.on('SIGINT', () => undefined);
      process.on('SIGTERM', () => service.signal('SIGTERM'));
      process.on('SIGHUP', () => service.signal('SIGTERM'));
      process.exitCode = await service.exited;
    });
}
