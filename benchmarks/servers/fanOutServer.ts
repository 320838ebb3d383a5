/**
 * The physical limit of the re-plan figures: a bare ws server that, for a POST of how many, puts 4 KiB on the disk and then sends that
 * many stations a ready-made message. What it takes is taken by the sockets, the disk and the stations themselves.
 */
import { fdatasync, open, write } from 'node:fs';
import { createServer } from 'node:http';
import { promisify } from 'node:util';
import { type WebSocket, WebSocketServer } from 'ws';
import { call } from '../support/messages.js';
import { serveParent } from '../support/serverSide.js';

const directory = process.argv[2];
if (directory === undefined) throw new Error('name the directory to write to');
const file = await promisify(open)(`${directory}/fanOut`, 'w');
const record = Buffer.alloc(4096, 1);
const message = call('7d0c1a52-6f0e-4f6b-9b0a-1c2d3e4f5a6b', 'SetChargingProfile', {
  connectorId: 1,
  csChargingProfiles: {
    chargingProfileId: 101,
    transactionId: 1_234_567_890,
    stackLevel: 0,
    chargingProfilePurpose: 'TxProfile',
    chargingProfileKind: 'Absolute',
    chargingSchedule: {
      duration: 1860,
      startSchedule: '2026-01-05T12:00:00.000Z',
      chargingRateUnit: 'A',
      chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }],
    },
  },
});

const sockets: WebSocket[] = [];
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', async () => {
    const { count } = JSON.parse(Buffer.concat(chunks).toString()) as { count: number };
    await promisify(write)(file, record, 0, record.length, 0);
    await promisify(fdatasync)(file);
    for (const socket of sockets.slice(0, count)) socket.send(message);
    response.end('{}');
  });
});
new WebSocketServer({ server, perMessageDeflate: false, clientTracking: false }).on('connection', (socket) => {
  sockets.push(socket);
});
serveParent(server);
