import type {
  GetCertificateChainStatusRequest,
  GetCertificateChainStatusResponse,
  NotifyDERAlarmRequest,
  NotifyPriorityChargingRequest,
  OpenPeriodicEventStreamResponse,
  PullDynamicScheduleUpdateResponse,
  VatNumberValidationRequest,
  VatNumberValidationResponse,
} from 'typed-ocpp/dist/ocpp21/types.js';
import type { DecodedRequest } from '../dialect.js';
import { formatInstant } from '../timestamp.js';
import { decoded, notice } from '../v2x/decoded.js';

/** A status that nobody looked up is not worth asking for again before this. */
const LOOK_AGAIN_MS = 86_400_000;

/** What stations say in 2.1 only. All but priority changes nothing of how a site is shared; each gets the answer that its sender waits for. */
export const REQUEST_DECODERS_21 = {
  NotifyPriorityCharging: ({ transactionId, activated }: NotifyPriorityChargingRequest): DecodedRequest =>
    decoded({ type: 'priorityCharging', transactionId, isActive: activated }),
  NotifyDERAlarm: ({ controlType, alarmEnded }: NotifyDERAlarmRequest): DecodedRequest =>
    notice('NotifyDERAlarm', {}, `${controlType} ${alarmEnded === true ? 'ended' : 'began'}`),
  NotifyDERStartStop: () => notice('NotifyDERStartStop'),
  ReportDERControl: () => notice('ReportDERControl'),
  NotifyWebPaymentStarted: () => notice('NotifyWebPaymentStarted'),
  NotifySettlement: () => notice('NotifySettlement'),
  BatterySwap: () => notice('BatterySwap'),

  /** No profile of the kind Dynamic is installed from here, so there is nothing to be pulled. */
  PullDynamicScheduleUpdate: (): DecodedRequest =>
    notice('PullDynamicScheduleUpdate', { status: 'Rejected' } satisfies PullDynamicScheduleUpdateResponse),

  OpenPeriodicEventStream: (): DecodedRequest =>
    notice('OpenPeriodicEventStream', { status: 'Rejected' } satisfies OpenPeriodicEventStreamResponse),
  ClosePeriodicEventStream: () => notice('ClosePeriodicEventStream'),
  NotifyPeriodicEventStream: () => notice('NotifyPeriodicEventStream'),

  VatNumberValidation({ vatNumber, evseId }: VatNumberValidationRequest): DecodedRequest {
    const answer: VatNumberValidationResponse = {
      status: 'Rejected',
      vatNumber,
      ...(evseId !== undefined && { evseId }),
    };
    return notice('VatNumberValidation', answer);
  },

  GetCertificateChainStatus(
    { certificateStatusRequests }: GetCertificateChainStatusRequest,
    receivedMs: number,
  ): DecodedRequest {
    const nextUpdate = formatInstant(receivedMs + LOOK_AGAIN_MS);
    const certificateStatus = certificateStatusRequests.map(({ certificateHashData, source }) => ({
      certificateHashData,
      source,
      status: 'Failed' as const,
      nextUpdate,
    }));
    // The schema allows one to four of them, in the question as in the answer.
    const answer: Omit<GetCertificateChainStatusResponse, 'certificateStatus'> & { certificateStatus: object[] } = {
      certificateStatus,
    };
    return notice('GetCertificateChainStatus', answer);
  },
} as const;
