import type { ProfileForm, TransactionId } from '../site/chargingProfile.js';
import type { SlotName } from '../site/events.js';
import type { LimitSteps } from '../site/limitSteps.js';
import type { Proof } from '../site/proof.js';
import type { Purpose } from './purpose.js';

export type HandOutAction =
  | {
      readonly type: 'send';
      readonly stationId: string;
      readonly slot: SlotName;
      readonly limits: LimitSteps;
      /** How they are written. */
      readonly form: ProfileForm;
      /** Those that would do, by what is known of the station, the best first: what is learned where it takes another one. */
      readonly forms: readonly ProfileForm[];
      readonly purpose: Purpose | 'failsafe';
      /**
       * It raises what may be drawn at some instant, so its intent must be on disk before it leaves. What is nowhere above what may be
       * drawn already need not wait: forgotten in a crash, what was counted before is still counted.
       */
      readonly needsDisk: boolean;
    }
  /** Look at the station's composite schedule, or have it report its profiles: does it hold what it accepted? */
  | {
      readonly type: 'verify';
      readonly by: Exclude<Proof, 'meter'>;
      readonly stationId: string;
      readonly evseId: number;
      readonly slot: SlotName;
      readonly attemptId: string;
      readonly limits: LimitSteps;
    }
  /** End a transaction that nothing else brings below what its circuit stands. */
  | {
      readonly type: 'stop';
      readonly stationId: string;
      readonly evseId: number;
      readonly transactionId: TransactionId;
    };

/** Before it is known whether it raises anything. */
export type Decision = Omit<HandOutAction & { type: 'send' }, 'needsDisk'> | Exclude<HandOutAction, { type: 'send' }>;
