import { isFields } from '../peers/jsonFields.js';
import { readBehaviour, readForecast, readHeartbeat, readRegistration } from './messages.js';
import type { IncomingMessage, OscpAnswer } from './oscpService.js';
import type { OscpPeer } from './peer.js';
import { readSegmentHeaders } from './segments.js';
import { ourRole } from './wire.js';

const TAKEN: OscpAnswer = { status: 204 };

/** One message of the other side → what becomes of it. Spellings that are in use besides those of the schemas are taken too. */
export async function receive(peer: OscpPeer, message: IncomingMessage): Promise<OscpAnswer> {
  const { name, method } = message;
  if (message.ours !== ourRole(peer.stored.config.role)) return { status: 404, detail: 'There is no such role here.' };
  if (name === 'register') return register(peer, message);
  if (method !== 'POST') return { status: 404, detail: `${name} is sent with POST.` };
  switch (name) {
    case 'handshake':
      return handshake(peer, message);
    case 'handshake_acknowledge':
    case 'handshake_acknowledgment':
    case 'handshake_acknowledgement': {
      const read = readBehaviour(message.body);
      if (!read.ok) return { status: 400, ...read };
      await peer.takeHandshakeAcknowledge(read.value);
      return TAKEN;
    }
    case 'heartbeat': {
      const read = readHeartbeat(message.body);
      if (!read.ok) return { status: 400, ...read };
      await peer.takeHeartbeat(read.value.offlineModeAtMs);
      return TAKEN;
    }
    case 'update_group_capacity_forecast':
    case 'adjust_group_capacity_forecast':
      return forecast(peer, message);
    // Others measure for themselves; what is said is heard, and nothing follows from it here.
    case 'update_asset_measurements':
    case 'update_group_measurements':
    case 'group_capacity_compliance_error':
      return isFields(message.body) ? TAKEN : { status: 400, detail: 'The body is no JSON object.' };
    default:
      return { status: 404, detail: `OSCP 2.0 has no ${name.slice(0, 80)}.` };
  }
}

async function register(peer: OscpPeer, { method, body }: IncomingMessage): Promise<OscpAnswer> {
  if (method === 'DELETE') {
    await peer.takeLeave();
    return TAKEN;
  }
  const read = readRegistration(body);
  if (!read.ok) return { status: 400, ...read };
  const taken = await peer.takeRegistration(read.value, { isUpdate: method === 'PUT' });
  if (taken === 'noVersion') return { status: 501, detail: 'Only OSCP 2.0 is spoken here.', field: '/version_url' };
  if (taken !== 'taken')
    return { status: 400, detail: `Its base_url may not be called: ${taken.url}.`, field: '/version_url' };
  peer.start();
  return TAKEN;
}

async function handshake(peer: OscpPeer, { body, requestId }: IncomingMessage): Promise<OscpAnswer> {
  const read = readBehaviour(body);
  if (!read.ok) return { status: 400, ...read };
  await peer.takeHandshake(read.value, requestId);
  return TAKEN;
}

async function forecast(peer: OscpPeer, message: IncomingMessage): Promise<OscpAnswer> {
  const { config } = peer.stored;
  // To a capacity optimizer, forecasts come from the flexibility provider; what it wants adjusted is asked of its provider, not of us.
  if (message.name === 'adjust_group_capacity_forecast')
    return { status: 404, detail: 'Nobody adjusts its forecasts here.' };
  const segment = readSegmentHeaders(message.segmentIndex, message.segmentCount);
  if (segment === 'wrong') return { status: 400, detail: 'X-Segment-Index and X-Segment-Count do not fit together.' };
  const read = readForecast(message.body);
  if (!read.ok) return { status: 400, ...read };
  if (read.value.groupId !== config.groupId) {
    return { status: 404, detail: `The group is "${config.groupId}" here.`, field: '/group_id' };
  }
  const { requestId = 'unnamed', correlationId } = message;
  const taken = await peer.takeForecast(read.value, { requestId, correlationId, segment });
  return taken === 'taken'
    ? TAKEN
    : { status: 400, detail: 'With it there are more blocks than are kept.', field: '/forecasted_blocks' };
}
