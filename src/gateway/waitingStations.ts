import type { WebSocket } from 'ws';
import type { Dialect } from '../ocpp/dialect.js';
import type {
  StationApproach,
  StationHandler,
  StationRequest,
  StationResponses,
  WaitingRoom,
} from '../site/stationMessages.js';
import { Anomalies } from './anomalies.js';
import { AnswerMemory } from './answerMemory.js';
import type { GatewayContext } from './options.js';
import { StationConnection } from './stationConnection.js';

interface Newcomer {
  readonly stationId: string;
  readonly ticket: string;
  readonly socket: WebSocket;
  readonly dialect: Dialect;
  readonly approach: StationApproach;
}

const TAKEN_AWAY = 1000;

/**
 * Connections of stations that nobody has taken in yet. They stand beside the others, so that whoever only claims an identity
 * neither displaces the station that has it nor is served in its name.
 */
export class WaitingStations {
  readonly #context: GatewayContext;
  readonly #room: WaitingRoom;
  readonly #connections = new Set<StationConnection>();

  constructor(context: GatewayContext, room: WaitingRoom) {
    this.#context = context;
    this.#room = room;
  }

  accept({ stationId, ticket, socket, dialect, approach }: Newcomer): void {
    const handler = new WaitingHandler(this.#room, ticket);
    const connectionId = this.#context.newMessageId();
    const connection = new StationConnection({ ...this.#context, handler }, socket, {
      stationId,
      connectionId,
      dialect,
      securityProfile: approach.securityProfile,
      anomalies: new Anomalies(handler, stationId),
      answers: new AnswerMemory(),
    });
    this.#connections.add(connection);
    connection.onClose(() => {
      this.#connections.delete(connection);
      connection.end();
      this.#room.left(ticket);
    });
    this.#room.entered(ticket, { connectionId, ocppVersion: dialect.version, ...approach }, (reason) =>
      connection.close(TAKEN_AWAY, reason),
    );
  }

  checkAlive(): void {
    for (const connection of this.#connections) connection.checkAlive();
  }

  close(code: number, reason: string): void {
    for (const connection of this.#connections) connection.close(code, reason);
  }
}

/** Knows nothing but that the station waits. What a stranger does wrong is worth no line in the log. */
class WaitingHandler implements StationHandler {
  readonly #room: WaitingRoom;
  readonly #ticket: string;

  constructor(room: WaitingRoom, ticket: string) {
    this.#room = room;
    this.#ticket = ticket;
  }

  async authenticate(): Promise<boolean> {
    return false;
  }

  connected(): void {}

  disconnected(): void {}

  isAccepted(): boolean {
    return false;
  }

  async request<R extends StationRequest>(_stationId: string, request: R): Promise<StationResponses[R['type']]> {
    // The gateway lets nothing else through to a station that is not accepted.
    if (request.type !== 'boot') throw new Error('a station that waits is served nothing');
    return this.#room.booted(this.#ticket, request) as StationResponses[R['type']];
  }

  anomaly(): void {}
}
