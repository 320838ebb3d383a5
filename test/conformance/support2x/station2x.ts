import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { until } from '../../e2e/support/until.js';
import type { Version2xUnderTest } from '../../support/ocpp2xSchemas.js';
import { basicAuth } from '../../unit/gateway/gatewayFixture.js';
import { ProfilesOfStation } from './profilesOfStation.js';

type Payload = Readonly<Record<string, unknown>>;

export interface Told {
  readonly action: string;
  readonly payload: Payload;
}

export type Answerer = (payload: Payload) => object | undefined;

const CONSENT = { status: 'Accepted' };

/** A bare client that speaks frames. Everything in either direction is held against the official schemas. */
export class Station2x {
  readonly told: Told[] = [];
  readonly profiles = new ProfilesOfStation();
  /** What it answers, by action; undefined leaves it to the ordinary answer. */
  readonly answers = new Map<string, Answerer>();
  /** It answers these actions with CALLERROR. */
  readonly errors = new Map<string, string>();
  readonly variables = new Map<string, string>();
  readonly #socket: WebSocket;
  readonly #version: Version2xUnderTest;
  readonly #answered = new Map<string, readonly unknown[]>();

  static async connect(
    version: Version2xUnderTest,
    port: number,
    stationId = 'A',
    { password, protocols }: { readonly password?: string; readonly protocols?: readonly string[] } = {},
  ): Promise<Station2x> {
    const url = `ws://127.0.0.1:${port}/ocpp/${stationId}`;
    const headers = password === undefined ? {} : { authorization: basicAuth(stationId, password) };
    const socket = new WebSocket(url, [...(protocols ?? [version.subprotocol])], { headers });
    const station = new Station2x(version, socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve());
      socket.once('error', reject);
    });
    expect(socket.protocol).toBe(version.subprotocol);
    return station;
  }

  private constructor(version: Version2xUnderTest, socket: WebSocket) {
    this.#version = version;
    this.#socket = socket;
    socket.on('message', (data) => this.#received(JSON.parse(String(data))));
    socket.on('error', () => undefined);
  }

  /** The message ids of all that was answered. */
  get answeredIds(): readonly string[] {
    return [...this.#answered.keys()];
  }

  answerOf(messageId: string): readonly unknown[] {
    return this.#answered.get(messageId) ?? [];
  }

  close(): void {
    this.#socket.terminate();
  }

  send(frame: unknown): void {
    this.#socket.send(JSON.stringify(frame));
  }

  /** The frame that answers this call. */
  async exchange(action: string, payload: object, messageId: string = randomUUID()): Promise<readonly unknown[]> {
    this.#answered.delete(messageId);
    this.send([2, messageId, action, payload]);
    await until(() => this.#answered.has(messageId), `an answer to ${action}`);
    return this.#answered.get(messageId) ?? [];
  }

  /** The payload of the answer: question and answer satisfy their schemas. */
  async ask(action: string, payload: object, messageId?: string): Promise<Payload> {
    expect(this.#version.flaws(`${action}Request`, payload)).toEqual([]);
    const [type, , answer] = await this.exchange(action, payload, messageId);
    expect([action, type, answer]).toEqual([action, 3, expect.anything()]);
    expect(this.#version.flaws(`${action}Response`, answer)).toEqual([]);
    return answer as Payload;
  }

  boot(): Promise<Payload> {
    return this.ask('BootNotification', {
      reason: 'PowerUp',
      chargingStation: { vendorName: 'Bare', model: 'Client', serialNumber: '1', firmwareVersion: '1.0' },
    });
  }

  status(connectorStatus: string, evseId = 1, connectorId = 1): Promise<Payload> {
    return this.ask('StatusNotification', { timestamp: instant(), connectorStatus, evseId, connectorId });
  }

  toldOf(action: string): readonly Payload[] {
    return this.told.filter((call) => call.action === action).map(({ payload }) => payload);
  }

  #received(frame: readonly unknown[]): void {
    const [type, messageId, third, fourth] = frame;
    if (type !== 2) {
      this.#answered.set(String(messageId), frame);
      return;
    }
    const action = String(third);
    const payload = fourth as Payload;
    expect(this.#version.flaws(`${action}Request`, payload)).toEqual([]);
    this.told.push({ action, payload });
    const error = this.errors.get(action);
    if (error !== undefined) {
      this.send([4, messageId, error, '', {}]);
      return;
    }
    const answer = this.answers.get(action)?.(payload) ?? this.#ordinaryAnswer(action, payload);
    expect(this.#version.flaws(`${action}Response`, answer)).toEqual([]);
    this.send([3, messageId, answer]);
  }

  #ordinaryAnswer(action: string, payload: Payload): object {
    switch (action) {
      case 'SetChargingProfile':
        this.profiles.install(payload);
        return CONSENT;
      case 'GetCompositeSchedule':
        return this.profiles.composite(payload);
      case 'GetVariables':
        return { getVariableResult: asList(payload.getVariableData).map((asked) => this.#read(asked)) };
      case 'SetVariables':
        return { setVariableResult: asList(payload.setVariableData).map((asked) => this.#write(asked)) };
      case 'UnlockConnector':
        return { status: 'Unlocked' };
      case 'GetChargingProfiles':
        return { status: 'NoProfiles' };
      default:
        return CONSENT;
    }
  }

  #read({ component, variable }: Payload): object {
    const value = this.variables.get(keyOf(component, variable));
    if (value === undefined) return { attributeStatus: 'UnknownVariable', component, variable };
    return { attributeStatus: 'Accepted', attributeValue: value, component, variable };
  }

  #write({ component, variable, attributeValue }: Payload): object {
    this.variables.set(keyOf(component, variable), String(attributeValue));
    return { attributeStatus: 'Accepted', component, variable };
  }
}

export function instant(aheadMs = 0): string {
  return new Date(Date.now() + aheadMs).toISOString();
}

function asList(value: unknown): readonly Payload[] {
  return Array.isArray(value) ? value : [];
}

function keyOf(component: unknown, variable: unknown): string {
  return `${(component as { name: string }).name}.${(variable as { name: string }).name}`;
}
