import type { Network } from './network.js';

/**
 * The rows that a kWh at each place loads, flat, for searches that ask often: row[k] takes coefficient[k] of it, k in [start[place],
 * start[place + 1]). And, per row, the sessions that load its limit in some slot: member[memberStart[c]] .. with c = classOfRow[row].
 */
export interface PlaceRows {
  readonly start: Int32Array;
  readonly row: Int32Array;
  readonly coefficient: Float64Array;
  readonly classOfRow: Int32Array;
  readonly memberStart: Int32Array;
  readonly member: Int32Array;
}

export function findPlaceRows(network: Network): PlaceRows {
  const { groups, slots, pathStart, pathLink } = network;
  const start = new Int32Array(groups * slots + 1);
  const most = (pathStart[groups] as number) * slots;
  const row = new Int32Array(most);
  const coefficient = new Float64Array(most);
  let count = 0;
  for (let group = 0; group < groups; group++) {
    for (let slot = 0; slot < slots; slot++) {
      for (let step = pathStart[group] as number; step < (pathStart[group + 1] as number); step++) {
        const link = pathLink[step] as number;
        const share = coefficientAt(network, link, slot);
        if (share === 0) continue;
        row[count] = rowAt(network, link, slot);
        coefficient[count++] = share;
      }
      start[group * slots + slot + 1] = count;
    }
  }
  const rows = { start, row: row.subarray(0, count), coefficient: coefficient.subarray(0, count) };
  return { ...rows, ...findMembers(network) };
}

function coefficientAt(network: Network, link: number, slot: number): number {
  const demand = network.demands[network.linkDemand[link] as number];
  if (demand !== undefined) return (demand.slotRow[slot] as number) < 0 ? 0 : (demand.slotKwPerKwh[slot] as number);
  const isIn = slot >= (network.linkFrom[link] as number) && slot < (network.linkTo[link] as number);
  return isIn ? (network.linkCoefficient[link] as number) : 0;
}

function rowAt(network: Network, link: number, slot: number): number {
  const demand = network.demands[network.linkDemand[link] as number];
  return demand === undefined ? (network.linkRowBase[link] as number) + slot : (demand.slotRow[slot] as number);
}

/** A class is one limit of one circuit, or one demand charge, over all slots. */
function findMembers(network: Network): Pick<PlaceRows, 'classOfRow' | 'memberStart' | 'member'> {
  const { linkDemand, linkRowBase, linkFrom, linkTo, demands, rows, sessions, sessionGroup, pathStart, pathLink } =
    network;
  const classOfRow = new Int32Array(rows).fill(-1);
  let classes = 0;
  const linkClass = Int32Array.from(linkDemand, (index, link) => {
    const demand = demands[index];
    const first = demand?.firstRow ?? (linkRowBase[link] as number) + (linkFrom[link] as number);
    const count = demand?.windows ?? (linkTo[link] as number) - (linkFrom[link] as number);
    if (count === 0) return -1;
    if ((classOfRow[first] as number) < 0) classOfRow.fill(classes++, first, first + count);
    return classOfRow[first] as number;
  });
  const memberStart = new Int32Array(classes + 1);
  const eachMember = (visit: (session: number, at: number) => void) => {
    for (let session = 0; session < sessions; session++) {
      const group = sessionGroup[session] as number;
      for (let step = pathStart[group] as number; step < (pathStart[group + 1] as number); step++) {
        const at = linkClass[pathLink[step] as number] as number;
        if (at >= 0) visit(session, at);
      }
    }
  };
  eachMember((_, at) => {
    memberStart[at + 1] = (memberStart[at + 1] as number) + 1;
  });
  for (let at = 0; at < classes; at++)
    memberStart[at + 1] = (memberStart[at + 1] as number) + (memberStart[at] as number);
  const next = memberStart.slice();
  const member = new Int32Array(memberStart[classes] as number);
  eachMember((session, at) => {
    const to = next[at] as number;
    member[to] = session;
    next[at] = to + 1;
  });
  return { classOfRow, memberStart, member };
}
