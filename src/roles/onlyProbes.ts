import type { IncomingMessage, ServerResponse } from 'node:http';

const PROBES = ['/healthz', '/readyz', '/metrics'];

/** A process that is only a gateway shows its port to stations: of the API it serves what supervisors ask. True: it has answered. */
export function onlyProbes(request: IncomingMessage, response: ServerResponse): boolean {
  const [path = ''] = (request.url ?? '').split('?');
  if (PROBES.includes(path)) return false;
  response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' });
  response.end('This process takes stations only; the API is served by those with the role "api".\n');
  return true;
}
