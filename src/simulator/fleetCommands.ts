import type { Fault } from './faults.js';
import type { GridPhase } from './loadHistory.js';

/** What can be typed at a running fleet. */
export type FleetCommand =
  | { readonly type: 'plug'; readonly stationId: string; readonly evseId: number; readonly idToken: string }
  | { readonly type: 'unplug'; readonly stationId: string; readonly evseId: number }
  | { readonly type: 'stop'; readonly stationId: string; readonly evseId: number }
  | {
      readonly type: 'reboot';
      readonly stationId: string;
      readonly downS: number;
      readonly transactions: 'keep' | 'end';
    }
  | { readonly type: 'disconnect'; readonly stationId: string; readonly durationS: number }
  | { readonly type: 'fault'; readonly stationId: string; readonly fault: Fault }
  | { readonly type: 'clear'; readonly stationId: string }
  | {
      readonly type: 'limit';
      readonly stationId: string;
      /** 'none': it is lifted. */
      readonly limitA: number | 'none';
      readonly evseId: number;
    }
  | { readonly type: 'load'; readonly circuitId: string; readonly currentA: Readonly<Record<GridPhase, number>> }
  | { readonly type: 'meter'; readonly circuitId: string; readonly on: boolean }
  | { readonly type: 'status' }
  | { readonly type: 'help' };

export const FLEET_COMMANDS_HELP = `plug STATION [OUTLET] [ID_TOKEN]     a car arrives
unplug STATION [OUTLET]              it leaves
stop STATION [OUTLET]                its driver ends the transaction
reboot STATION [SECONDS] [keep]      a power cycle; "keep": its transactions go on after it
disconnect STATION SECONDS           its network is gone for so long
fault STATION FAULT                  one of: ignore [AMPERES], drop ACTION, drop-answer ACTION, delay ACTION MILLISECONDS,
                                     reject ACTION, call-error ACTION [CODE], refuse-composite, phantom-zeros [TERMINAL,…],
                                     frozen-clock, clock-skew SECONDS, forgetful, silent-meter     (ACTION may be *)
clear STATION                        all its faults are healed
limit STATION AMPERES|none [OUTLET]   a limit that an energy management system beside it puts on it, or lifts
load CIRCUIT L1 L2 L3                what the building draws, in amperes per phase
meter CIRCUIT on|off                 its meter speaks, or not
status                               how every outlet is
help                                 this`;

/** Throws an Error whose message tells the person at the keyboard what to type. */
export function parseFleetCommand(line: string): FleetCommand {
  const [word = '', ...rest] = line.trim().split(/\s+/);
  switch (word) {
    case 'plug':
      return {
        type: 'plug',
        stationId: named(rest[0], 'plug STATION [OUTLET] [ID_TOKEN]'),
        evseId: number(rest[1] ?? '1'),
        idToken: rest[2] ?? `TAG-${rest[0]}`.slice(0, 20),
      };
    case 'unplug':
    case 'stop':
      return { type: word, stationId: named(rest[0], `${word} STATION [OUTLET]`), evseId: number(rest[1] ?? '1') };
    case 'reboot':
      return {
        type: 'reboot',
        stationId: named(rest[0], 'reboot STATION [SECONDS] [keep]'),
        downS: number(rest.find((part) => /^[\d.]+$/.test(part)) ?? '5'),
        transactions: rest.includes('keep') ? 'keep' : 'end',
      };
    case 'disconnect':
      return {
        type: 'disconnect',
        stationId: named(rest[0], 'disconnect STATION SECONDS'),
        durationS: number(rest[1] ?? '10'),
      };
    case 'fault':
      return {
        type: 'fault',
        stationId: named(rest[0], 'fault STATION FAULT'),
        fault: parseFault(rest.slice(1).join(' ')),
      };
    case 'clear':
      return { type: 'clear', stationId: named(rest[0], 'clear STATION') };
    case 'limit':
      return {
        type: 'limit',
        stationId: named(rest[0], 'limit STATION AMPERES|none [OUTLET]'),
        limitA: rest[1] === 'none' ? 'none' : number(rest[1]),
        evseId: number(rest[2] ?? '0'),
      };
    case 'load':
      return {
        type: 'load',
        circuitId: named(rest[0], 'load CIRCUIT L1 L2 L3'),
        currentA: { L1: number(rest[1]), L2: number(rest[2]), L3: number(rest[3]) },
      };
    case 'meter':
      return { type: 'meter', circuitId: named(rest[0], 'meter CIRCUIT on|off'), on: rest[1] !== 'off' };
    case 'status':
    case 'help':
      return { type: word };
    default:
      throw new Error(`"${word}" is not known; type "help"`);
  }
}

/** A fault as typed, or as a fleet file has it. */
export function parseFault(text: string): Fault {
  const [word = '', first, second] = text.trim().split(/\s+/);
  switch (word) {
    case 'ignore':
      return first === undefined ? { kind: 'ignore' } : { kind: 'ignore', limitA: number(first) };
    case 'drop':
      return { kind: 'drop', action: named(first, 'drop ACTION') };
    case 'drop-answer':
      return { kind: 'drop', action: named(first, 'drop-answer ACTION'), executed: true };
    case 'delay':
      return { kind: 'delay', action: named(first, 'delay ACTION MILLISECONDS'), delayMs: number(second) };
    case 'reject':
      return { kind: 'reject', action: named(first, 'reject ACTION') };
    case 'call-error':
      return second === undefined
        ? { kind: 'callError', action: named(first, 'call-error ACTION [CODE]') }
        : { kind: 'callError', action: named(first, 'call-error ACTION [CODE]'), code: second };
    case 'refuse-composite':
      return { kind: 'reject', action: 'GetCompositeSchedule' };
    case 'phantom-zeros':
      return first === undefined
        ? { kind: 'phantomZeros' }
        : { kind: 'phantomZeros', terminals: first.split(',').map(number) };
    case 'frozen-clock':
      return { kind: 'frozenClock' };
    case 'clock-skew':
      return { kind: 'clockSkew', skewMs: Math.round(signedNumber(first) * 1000) };
    case 'forgetful':
      return { kind: 'forgetful' };
    case 'silent-meter':
      return { kind: 'silentMeter' };
    default:
      throw new Error(`"${word}" is no fault; type "help"`);
  }
}

function named(text: string | undefined, usage: string): string {
  if (text === undefined || text === '') throw new Error(`usage: ${usage}`);
  return text;
}

function number(text: string | undefined): number {
  const value = signedNumber(text);
  if (value < 0) throw new Error(`${text} must not be negative`);
  return value;
}

function signedNumber(text: string | undefined): number {
  const value = text === undefined || text === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw new Error(`a number is missing${text === undefined ? '' : ` where "${text}" is`}`);
  return value;
}
