// Loaded into the service before its own code: `node --expose-gc --import serviceProbe.mjs main.js`.
// On SIGUSR2 it collects garbage and says what is in use, as one line. With EVENKEEL_FUZZ_SABOTAGE it breaks the service from
// within on SIGURG, so that the fuzzer's checks can be seen to fail.

const COLLECTIONS = 3;
const STALL_MS = 6_000;
const LEAK_EVERY_MS = 100;
const LEAKED_NUMBERS = 500_000;

process.on('SIGUSR2', () => {
  for (let n = 0; n < COLLECTIONS; n++) globalThis.gc();
  const resources = process.getActiveResourcesInfo();
  const count = (name) => resources.filter((resource) => resource === name).length;
  const { heapUsed, rss } = process.memoryUsage();
  const usage = {
    heapBytes: heapUsed,
    rssBytes: rss,
    sockets: count('TCPSocketWrap'),
    timers: count('Timeout'),
    isPolluted: 'polluted' in {},
  };
  process.stdout.write(`probe ${JSON.stringify(usage)}\n`);
});

const leaked = [];
const sabotages = {
  throw: () => {
    throw new Error('sabotage');
  },
  stall: () => {
    const endMs = Date.now() + STALL_MS;
    while (Date.now() < endMs);
  },
  leak: () => setInterval(() => leaked.push(new Array(LEAKED_NUMBERS).fill(leaked.length)), LEAK_EVERY_MS),
};

const sabotage = sabotages[process.env.EVENKEEL_FUZZ_SABOTAGE ?? ''];
if (sabotage !== undefined) process.on('SIGURG', sabotage);
