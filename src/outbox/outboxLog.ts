/** What the operator is told. Pino fits. Never bodies, secrets or addresses: those may hold keys. */
export interface OutboxLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
