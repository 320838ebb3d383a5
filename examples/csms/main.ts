import { createEvenkeel } from 'evenkeel/client';
import { Csms } from './csms.js';

// EVENKEEL_URL=http://localhost:8080 EVENKEEL_KEY=... npx tsx examples/csms/main.ts
const baseUrl = process.env.EVENKEEL_URL ?? 'http://localhost:8080';
const key = process.env.EVENKEEL_KEY ?? '';
const csms = await Csms.start({
  api: createEvenkeel({ baseUrl, key }),
  port: Number(process.env.CSMS_PORT ?? 9000),
  onTrouble: (what) => console.error(what),
});
console.info(`Stations connect to ${csms.stationsUrl}/{stationId}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void csms.stop());
