// The one entry behind every npm script: `node scripts/run.mjs WHAT [arguments]`.
// Plain JavaScript without dependencies, because it runs before anything is installed. This file keeps to syntax that old
// versions of Node can read, so that they reach the message below; everything newer is imported after it.
const NODE_MINIMUM = [20, 19];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < NODE_MINIMUM[0] || (major === NODE_MINIMUM[0] && minor < NODE_MINIMUM[1])) {
  console.error(
    `Evenkeel needs Node ${NODE_MINIMUM.join('.')} or newer; this is Node ${process.versions.node}. Install a newer one from https://nodejs.org and try again.`,
  );
  process.exit(1);
}

const { runCommand } = await import('./commands.mjs');
await runCommand(process.argv[2], process.argv.slice(3));
