/** What the process of a fleet does with what it is told: it obeys, answers, and does not outlive who told it. */
export function serveFleet<C>(obey: (command: C) => Promise<unknown>): void {
  process.on('disconnect', () => process.exit(0));
  process.on('message', ({ id, command }: { readonly id: number; readonly command: C }) => {
    const reply = (message: object) => void process.send?.({ id, ...message });
    obey(command).then(
      (answer) => reply({ answer }),
      (error: unknown) => reply({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
}
