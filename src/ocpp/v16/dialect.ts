import * as officialSchemas from 'typed-ocpp/dist/ocpp16/schemas.js';
import type { StationCommand, StationRequest, StationResponses } from '../../site/stationMessages.js';
import type { CallFailureKind, DecodedAnswer, DecodedRequest, Dialect, EncodedCommand } from '../dialect.js';
import type { JsonObject } from '../frame.js';
import { SchemaValidators } from '../schemaValidator.js';
import { ANSWER_DECODERS } from './answers.js';
import { commandToWire, Unsayable } from './commands.js';
import { REQUEST_DECODERS, type RequestAction } from './requests.js';
import { RESPONSE_ENCODERS } from './responses.js';

/** OCPP 1.6J, central-system side. */
export function createOcpp16Dialect(): Dialect {
  return new Ocpp16Dialect(officialSchemas);
}

/** The spelling of 1.6: FormationViolation, and one r in Occurence. */
const ERROR_CODES: Readonly<Record<CallFailureKind, string>> = {
  notImplemented: 'NotImplemented',
  notSupported: 'NotSupported',
  formation: 'FormationViolation',
  frame: 'FormationViolation',
  property: 'PropertyConstraintViolation',
  occurrence: 'OccurenceConstraintViolation',
  type: 'TypeConstraintViolation',
  protocol: 'ProtocolError',
  security: 'SecurityError',
  generic: 'GenericError',
  internal: 'InternalError',
};

/** Compiled before the first station asks, the most frequent first. */
const WARM_REQUESTS = [
  'MeterValues',
  'StatusNotification',
  'Heartbeat',
  'BootNotification',
  'StartTransaction',
  'StopTransaction',
];
const WARM_ANSWERS = ['SetChargingProfileResponse', 'GetCompositeScheduleResponse', 'GetConfigurationResponse'];

class Ocpp16Dialect implements Dialect {
  readonly version = '1.6' as const;
  readonly subprotocol = 'ocpp1.6';
  readonly hasOneWayMessages = false;
  readonly #requests: SchemaValidators;
  readonly #answers: SchemaValidators;

  constructor(schemas: Readonly<Record<string, object>>) {
    this.#requests = new SchemaValidators(schemas, { multipleOf: 'checked' });
    this.#answers = new SchemaValidators(schemas, { multipleOf: 'ignored' });
  }

  decodeRequest(action: string, payload: JsonObject, receivedMs: number): DecodedRequest {
    if (!isRequestAction(action)) {
      // A known action that stations do not send, or that is not taken from them yet, against one that 1.6 does not have.
      const kind = this.#requests.has(`${action}Request`) ? 'notSupported' : 'notImplemented';
      return { decoded: false, failure: { kind, description: `This action is not taken from a station.` } };
    }
    const failure = this.#requests.failureOf(`${action}Request`, payload);
    if (failure !== undefined) return { decoded: false, failure };
    // The schema has just proven the payload's type; the table pairs each action with its own.
    const decode = REQUEST_DECODERS[action] as (payload: unknown, receivedMs: number) => DecodedRequest;
    return decode(payload, receivedMs);
  }

  encodeResponse<T extends StationRequest['type']>(type: T, response: StationResponses[T]): object {
    const encode: (response: StationResponses[T]) => object = RESPONSE_ENCODERS[type];
    return encode(response);
  }

  encodeCommand(command: StationCommand): EncodedCommand {
    try {
      const { action, payload } = commandToWire(command);
      const failure = this.#requests.failureOf(`${action}Request`, payload);
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
    const decoder = ANSWER_DECODERS[type];
    if (decoder === undefined) return { decoded: false, description: `OCPP 1.6 has no answer to ${type}.` };
    const { schema, decode } = decoder;
    const failure = this.#answers.failureOf(schema, payload);
    if (failure !== undefined) return { decoded: false, description: `${schema}: ${failure.description}` };
    return { decoded: true, response: decode(payload) };
  }

  errorCode(kind: CallFailureKind): string {
    return ERROR_CODES[kind];
  }

  warming(): readonly (() => void)[] {
    const requests = [...WARM_REQUESTS.map((action) => `${action}Request`), 'SetChargingProfileRequest'];
    return [
      ...requests.map((name) => () => void this.#requests.compile(name)),
      ...WARM_ANSWERS.map((name) => () => void this.#answers.compile(name)),
    ];
  }
}

function isRequestAction(action: string): action is RequestAction {
  return Object.hasOwn(REQUEST_DECODERS, action);
}
