export {
  type ApiOptions,
  type Command,
  type CommandResult,
  createEvenkeel,
  type EvenkeelApi,
  type Problem,
  type Schemas,
} from './api.js';
export { type CommandLoopOptions, followCommands, KeyRefused } from './commandLoop.js';
export type { components, operations, paths } from './schema.js';
export { type ReceivedWebhook, type VerifyOptions, verifyWebhook, type WebhookVerdict } from './webhookSignature.js';
