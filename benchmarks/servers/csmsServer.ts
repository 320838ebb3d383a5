/** What stands behind the proxy in its benchmark: a bare CSMS that answers each call at once, and with "tcp" and a port, a TCP relay to one. */
import { createServer, type Server } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';
import { WebSocketServer } from 'ws';
import { serveParent } from '../support/serverSide.js';

const relayTo = process.argv[2] === 'tcp' ? Number(process.argv[3]) : undefined;
serveParent(relayTo === undefined ? csms() : tcpRelay(relayTo));

function csms(): Server {
  const server = createServer();
  const sockets = new WebSocketServer({
    server,
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: ([first]) => first ?? false,
  });
  sockets.on('connection', (socket) => {
    socket.on('error', () => socket.terminate());
    socket.on('message', (data) => {
      const frame: unknown = JSON.parse(data.toString());
      if (Array.isArray(frame) && frame[0] === 2) socket.send(JSON.stringify([3, frame[1], answerTo(frame[2])]));
    });
  });
  return server;
}

function answerTo(action: unknown): object {
  if (action === 'BootNotification')
    return { status: 'Accepted', currentTime: new Date().toISOString(), interval: 300 };
  return action === 'StartTransaction' ? { transactionId: 1, idTagInfo: { status: 'Accepted' } } : {};
}

function tcpRelay(port: number): Server {
  const relay = createTcpServer((socket) => {
    const onwards = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    onwards.setNoDelay(true);
    socket.on('error', () => onwards.destroy());
    onwards.on('error', () => socket.destroy());
    socket.pipe(onwards).pipe(socket);
  });
  // To listen and to be closed is all that is asked of it.
  return relay as unknown as Server;
}
