/** OCPI's own numbers (Status codes): what a peer is told, beside HTTP's. */
export const STATUS = {
  ok: 1000,
  client: 2000,
  parameters: 2001,
  tooLittle: 2002,
  unknownLocation: 2003,
  unknownToken: 2004,
  server: 3000,
  clientApi: 3001,
  version: 3002,
  endpoints: 3003,
} as const;
export type StatusCode = (typeof STATUS)[keyof typeof STATUS];

/** Answered to a peer as OCPI has it. HTTP says no only where OCPI wants it to: 400, 401, 404, 405; else 200 with a code of its own. */
export class OcpiFault extends Error {
  readonly statusCode: StatusCode;
  readonly httpStatus: number;

  constructor(statusCode: StatusCode, message: string, httpStatus = 200) {
    super(message);
    this.statusCode = statusCode;
    this.httpStatus = httpStatus;
  }
}
