// What a CSMS answers its stations by itself. Yours does more: who may charge, prices, reservations.

export type Payload = Readonly<Record<string, unknown>>;
export type OcppVersion = '1.6' | '2.0.1' | '2.1';

const HEARTBEAT_S = 300;
const ACCEPTED = { status: 'Accepted' };

/** One station's answers. A start that is said again gets the transaction that it got before. */
export class Answers {
  readonly #version: OcppVersion;
  readonly #started = new Map<string, number>();

  constructor(version: OcppVersion) {
    this.#version = version;
  }

  to(action: string, payload: Payload): Payload {
    const now = new Date().toISOString();
    const is16 = this.#version === '1.6';
    switch (action) {
      case 'BootNotification':
        return { ...ACCEPTED, currentTime: now, interval: HEARTBEAT_S };
      case 'Heartbeat':
        return { currentTime: now };
      case 'Authorize':
        return is16 ? { idTagInfo: ACCEPTED } : { idTokenInfo: ACCEPTED };
      case 'StartTransaction':
        return { transactionId: this.#transactionOf(payload), idTagInfo: ACCEPTED };
      case 'StopTransaction':
        return payload.idTag === undefined ? {} : { idTagInfo: ACCEPTED };
      case 'TransactionEvent':
        return payload.idToken === undefined ? {} : { idTokenInfo: ACCEPTED };
      case 'DataTransfer':
        return { status: 'UnknownVendorId' };
      case 'NotifyEVChargingNeeds':
      case 'NotifyEVChargingSchedule':
        return ACCEPTED;
      default:
        return {};
    }
  }

  #transactionOf({ connectorId, idTag, meterStart, timestamp }: Payload): number {
    const key = JSON.stringify([connectorId, idTag, meterStart, timestamp]);
    const known = this.#started.get(key);
    if (known !== undefined) return known;
    const transactionId = 1 + Math.floor(Math.random() * 2_147_483_646);
    this.#started.set(key, transactionId);
    return transactionId;
  }
}
