import { readdirSync, readFileSync } from 'node:fs';

// What Linux says of processes that do not say it themselves.

/** proc(5): fields of /proc/PID/stat, counted from the state, which follows the name. */
const FIELD = { parent: 1, user: 11, system: 12, endedUser: 13, endedSystem: 14 } as const;
/** Linux shows times in hundredths of a second, whatever it counts in. */
const TICK_MS = 10;

export function parentOf(pid: number): number {
  return Number(statOf(pid)?.[FIELD.parent]);
}

/** User and system time of a process and its children, those that have ended too. NaN where there is no /proc. */
export function cpuMsOfTree(pid: number): number {
  const own = statOf(pid);
  if (own === undefined) return Number.NaN;
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter((stat) => stat !== undefined && Number(stat[FIELD.parent]) === pid);
  return [own, ...children].reduce((sum, stat) => sum + ticksOf(stat) * TICK_MS, 0);
}

function ticksOf(stat: readonly string[] | undefined): number {
  const { user, system, endedUser, endedSystem } = FIELD;
  return [user, system, endedUser, endedSystem].reduce((sum, field) => sum + Number(stat?.[field] ?? 0), 0);
}

/** Undefined: it has ended. */
function statOf(pid: number): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
