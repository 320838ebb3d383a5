import type { OcppVersion, StationCommand, StationRequest, StationResponses } from '../../site/stationMessages.js';
import type { CallFailureKind, DecodedAnswer, DecodedRequest, Dialect, EncodedCommand } from '../dialect.js';
import type { JsonObject } from '../frame.js';
import { SchemaValidators } from '../schemaValidator.js';
import { ANSWER_DECODERS } from './answers.js';
import type { WireCommand } from './commands.js';
import type { RequestDecoder } from './decoded.js';
import { RESPONSE_ENCODERS } from './responses.js';
import { Unsayable } from './unsayable.js';

/** What is a version's own. */
export interface Version2x {
  readonly version: Exclude<OcppVersion, '1.6'>;
  readonly subprotocol: string;
  readonly hasOneWayMessages: boolean;
  readonly schemas: Readonly<Record<string, object>>;
  readonly requests: Readonly<Record<string, RequestDecoder>>;
  /** Throws Unsayable. */
  readonly commandToWire: (command: StationCommand) => WireCommand;
}

/** From 2.0.1 on: FormatViolation, and both r's in Occurrence. */
const ERROR_CODES: Readonly<Record<CallFailureKind, string>> = {
  notImplemented: 'NotImplemented',
  notSupported: 'NotSupported',
  formation: 'FormatViolation',
  frame: 'RpcFrameworkError',
  property: 'PropertyConstraintViolation',
  occurrence: 'OccurrenceConstraintViolation',
  type: 'TypeConstraintViolation',
  protocol: 'ProtocolError',
  security: 'SecurityError',
  generic: 'GenericError',
  internal: 'InternalError',
};

/** Compiled before the first station asks, the most frequent first. */
const WARM_REQUESTS = [
  'TransactionEvent',
  'StatusNotification',
  'Heartbeat',
  'MeterValues',
  'BootNotification',
  'SetChargingProfile',
];
const WARM_ANSWERS = ['SetChargingProfileResponse', 'GetCompositeScheduleResponse', 'GetVariablesResponse'];

/** The CSMS's side of OCPP 2.0.1 and 2.1. */
export class Ocpp2xDialect implements Dialect {
  readonly version: Version2x['version'];
  readonly subprotocol: string;
  readonly hasOneWayMessages: boolean;
  readonly #of: Version2x;
  readonly #schemas: SchemaValidators;

  constructor(of: Version2x) {
    this.version = of.version;
    this.subprotocol = of.subprotocol;
    this.hasOneWayMessages = of.hasOneWayMessages;
    this.#of = of;
    this.#schemas = new SchemaValidators(of.schemas, { multipleOf: 'checked' });
  }

  decodeRequest(action: string, payload: JsonObject, receivedMs: number): DecodedRequest {
    const decode = Object.hasOwn(this.#of.requests, action) ? this.#of.requests[action] : undefined;
    if (decode === undefined) {
      // A known action that stations do not send, against one that this version does not have.
      const kind = this.#schemas.has(`${action}Request`) ? 'notSupported' : 'notImplemented';
      return { decoded: false, failure: { kind, description: 'This action is not taken from a station.' } };
    }
    const schema = this.#schemas.has(action) ? action : `${action}Request`;
    const failure = this.#schemas.failureOf(schema, payload);
    if (failure !== undefined) return { decoded: false, failure };
    // The schema has just proven the payload's type; the table pairs each action with its own.
    return decode(payload as never, receivedMs);
  }

  encodeResponse<T extends StationRequest['type']>(type: T, response: StationResponses[T]): object {
    const encode: (response: StationResponses[T]) => object = RESPONSE_ENCODERS[type];
    return encode(response);
  }

  encodeCommand(command: StationCommand): EncodedCommand {
    try {
      const { action, payload } = this.#of.commandToWire(command);
      const failure = this.#schemas.failureOf(`${action}Request`, payload);
      if (failure !== undefined) return { encoded: false, description: `${action}: ${failure.description}` };
      return { encoded: true, action, payload };
    } catch (error) {
      if (error instanceof Unsayable) return { encoded: false, description: error.message };
      // formatInstant of an instant that no calendar has.
      if (error instanceof RangeError) return { encoded: false, description: `${command.type}: ${error.message}.` };
      throw error;
    }
  }

  decodeAnswer<C extends StationCommand>(command: C, payload: JsonObject): DecodedAnswer<C['type']> {
    const type: C['type'] = command.type;
    const { schema, decode } = ANSWER_DECODERS[type];
    const name = (schema as (command: StationCommand) => string)(command);
    const failure = this.#schemas.failureOf(name, payload);
    if (failure !== undefined) return { decoded: false, description: `${name}: ${failure.description}` };
    return { decoded: true, response: decode(payload) };
  }

  errorCode(kind: CallFailureKind): string {
    return ERROR_CODES[kind];
  }

  warming(): readonly (() => void)[] {
    const names = [...WARM_REQUESTS.map((action) => `${action}Request`), ...WARM_ANSWERS];
    return names.map((name) => () => void this.#schemas.compile(name));
  }
}
