/**
 * The yardstick of the gateway's figures: a bare ws server that sends back what it gets. With the argument "parse" it also reads
 * each message as JSON, which no OCPP server can do without.
 */
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { serveParent } from '../support/serverSide.js';

const parses = process.argv[2] === 'parse';
const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false, clientTracking: false });

sockets.on('connection', (socket) => {
  socket.on('message', (data) => {
    const text = data.toString();
    if (parses) JSON.parse(text);
    socket.send(text);
  });
});
serveParent(server);
