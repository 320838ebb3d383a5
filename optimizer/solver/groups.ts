import type { CircuitTable } from './circuits.js';
import type { Demand } from './demands.js';
import type { SessionTable } from './sessions.js';

/** Which rows each group loads, and with what. */
export interface Links {
  /** -1 for none. A parent's index is smaller than its child's. A group loads its parents' rows too. */
  readonly groupParent: Int32Array;
  /** Own links of group g: linkStart[g] .. linkStart[g + 1]; those of its whole path: pathStart[g] .. , naming links. */
  readonly linkStart: Int32Array;
  readonly linkCoefficient: Float64Array;
  /** Row in slot t is linkRowBase + t for t in [linkFrom, linkTo); for a demand charge it is the demand's slotRow. */
  readonly linkRowBase: Int32Array;
  readonly linkFrom: Int32Array;
  readonly linkTo: Int32Array;
  /** Index into demands, or -1. */
  readonly linkDemand: Int32Array;
  readonly pathStart: Int32Array;
  readonly pathLink: Int32Array;
  /** The same links once more, side by side in the order of the path. */
  readonly pathRowBase: Int32Array;
  readonly pathFrom: Int32Array;
  readonly pathTo: Int32Array;
  readonly pathCoefficient: Float64Array;
  readonly pathDemand: Int32Array;
}

/** Finds the groups that sessions fall into, and those above them. */
export class GroupDraft {
  private readonly known = new Map<number, number>();
  private readonly parents: number[] = [];
  private readonly own: { coefficient: number; rowBase: number; from: number; to: number; demand: number }[][] = [];
  private readonly table: SessionTable;
  private readonly circuits: CircuitTable;
  private readonly demandsAt = new Map<number, number[]>();
  private readonly demands: readonly Demand[];

  constructor(of: {
    readonly table: SessionTable;
    readonly circuits: CircuitTable;
    readonly demands: readonly Demand[];
    readonly indexOf: ReadonlyMap<string, number>;
  }) {
    this.table = of.table;
    this.circuits = of.circuits;
    this.demands = of.demands;
    for (const [index, demand] of of.demands.entries()) {
      const circuit = of.indexOf.get(demand.charge.circuitId) ?? 0;
      this.demandsAt.set(circuit, [...(this.demandsAt.get(circuit) ?? []), index]);
    }
  }

  get count(): number {
    return this.parents.length;
  }

  /** The group of what a session takes below a circuit. What is reserved for it anyway loads no limit, but counts for peaks. */
  groupOf(circuit: number, session: number, isReserved: boolean): number {
    const way: number[] = [];
    let group = -1;
    // From the circuit up to the first that is known, then down again. By loops: a tree may be deeper than the stack.
    for (let at = circuit; at >= 0; at = this.circuits.parent[at] as number) {
      const known = this.known.get(this.keyOf(at, session, isReserved));
      if (known !== undefined) {
        group = known;
        break;
      }
      way.push(at);
    }
    for (let step = way.length - 1; step >= 0; step--) {
      const at = way[step] as number;
      const links = this.linksOf(at, session, isReserved);
      if (links.length > 0 || group < 0) {
        group = this.parents.push(group) - 1;
        this.own.push(links);
      }
      this.known.set(this.keyOf(at, session, isReserved), group);
    }
    return group;
  }

  private keyOf(circuit: number, session: number, isReserved: boolean): number {
    const { mask, kind, kinds } = this.table;
    const of = isReserved ? 0 : (mask[session] as number);
    return (circuit * kinds + (kind[session] as number)) * 8 + of;
  }

  private linksOf(circuit: number, session: number, isReserved: boolean) {
    const { classAt, classRowBase, classFrom, classTo } = this.circuits;
    const links: { coefficient: number; rowBase: number; from: number; to: number; demand: number }[] = [];
    for (let kind = 0; kind < 4 && !isReserved; kind++) {
      const isPower = kind === 3;
      if (!isPower && (((this.table.mask[session] as number) >> kind) & 1) === 0) continue;
      const found = classAt[circuit * 4 + kind] as number;
      if (found < 0) continue;
      links.push({
        // A·h on each of its phases for a kWh, or the kWh itself.
        coefficient: isPower ? 1 : 1 / (this.table.kwPerAmpere[session] as number),
        rowBase: classRowBase[found] as number,
        from: classFrom[found] as number,
        to: classTo[found] as number,
        demand: -1,
      });
    }
    for (const demand of this.demandsAt.get(circuit) ?? []) {
      const slots = this.demands[demand]?.slotRow.length ?? 0;
      links.push({ coefficient: 1, rowBase: 0, from: 0, to: slots, demand });
    }
    return links;
  }

  links(): Links {
    const linkStart = new Int32Array(this.count + 1);
    const pathStart = new Int32Array(this.count + 1);
    const pathLink: number[] = [];
    for (const [group, links] of this.own.entries()) linkStart[group + 1] = (linkStart[group] as number) + links.length;
    for (let group = 0; group < this.count; group++) {
      for (let at = group; at >= 0; at = this.parents[at] as number) {
        for (let link = linkStart[at] as number; link < (linkStart[at + 1] as number); link++) pathLink.push(link);
      }
      pathStart[group + 1] = pathLink.length;
    }
    const all = this.own.flat();
    const along = pathLink.flatMap((link) => all[link] ?? []);
    return {
      groupParent: Int32Array.from(this.parents),
      linkStart,
      linkCoefficient: Float64Array.from(all, (link) => link.coefficient),
      linkRowBase: Int32Array.from(all, (link) => link.rowBase),
      linkFrom: Int32Array.from(all, (link) => link.from),
      linkTo: Int32Array.from(all, (link) => link.to),
      linkDemand: Int32Array.from(all, (link) => link.demand),
      pathStart,
      pathLink: Int32Array.from(pathLink),
      pathRowBase: Int32Array.from(along, (link) => link.rowBase),
      pathFrom: Int32Array.from(along, (link) => link.from),
      pathTo: Int32Array.from(along, (link) => link.to),
      pathCoefficient: Float64Array.from(along, (link) => link.coefficient),
      pathDemand: Int32Array.from(along, (link) => link.demand),
    };
  }
}
