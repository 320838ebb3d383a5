/**
 * The yardstick of the gateway's figures: a bare ws server that sends back what it gets. With the argument "parse" it also reads
 * each message as JSON, which no OCPP server can do without. With "tls" and the files of a certificate and its key, over TLS.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { WebSocketServer } from 'ws';
import { identityArgument, serveParent } from '../support/serverSide.js';

const parses = process.argv[2] === 'parse';
const identity = identityArgument();
const server =
  identity === undefined
    ? createServer()
    : createTlsServer({ cert: readFileSync(identity.certFile), key: readFileSync(identity.keyFile) });
const sockets = new WebSocketServer({ server, perMessageDeflate: false, clientTracking: false });

sockets.on('connection', (socket) => {
  socket.on('message', (data) => {
    const text = data.toString();
    if (parses) JSON.parse(text);
    socket.send(text);
  });
});
serveParent(server);
