/** What the control loop tells the operator. Pino fits. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface ControlMetrics {
  planned(tookMs: number): void;
  profileSent(purpose: string): void;
  profileAnswered(result: string, tookMs: number): void;
}
