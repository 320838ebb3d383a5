import { describe, expect, it } from 'vitest';
import { carryOut } from '../../../src/control/carryOut.js';
import type { CarryOutContext } from '../../../src/control/carryOutContext.js';
import { newestCandidate } from '../../../src/site/mayDraw.js';
import type { CommandOutcome, StationCommand } from '../../../src/site/stationMessages.js';
import { ampere, MINUTE_MS, type SiteLife } from '../../support/builders.js';
import { SeededRandom } from '../../support/seededRandom.js';
import { charging, oneCircuit, pass } from '../handout/passes.js';

const quiet = () => undefined;

/** The hand-out's decisions leave through this; its disk takes until it is told. */
function desk(life: SiteLife) {
  const sent: StationCommand['type'][] = [];
  const freed: string[] = [];
  let written: () => void = quiet;
  const context: CarryOutContext = {
    owner: {
      get state() {
        return life.state;
      },
      dispatch: (...events) => void life.take(...events),
      intend: (intents) => void life.take(...intents),
      durable: () => new Promise((resolve) => (written = resolve)),
      limitWindows: () => [],
    },
    clock: {
      nowMs: () => life.nowMs,
      after: (_delayMs, run) => {
        run();
        return quiet;
      },
    },
    random: new SeededRandom(1),
    caller: {
      call: async (_stationId: string, command: StationCommand) => {
        sent.push(command.type);
        return { outcome: 'answered', response: { status: 'Accepted' } } as CommandOutcome<never>;
      },
    } as CarryOutContext['caller'],
    log: { info: quiet, warn: quiet, error: quiet },
    metrics: { planned: quiet, profileSent: quiet, profileAnswered: quiet },
    reports: { expect: () => Promise.resolve('unanswered') } as unknown as CarryOutContext['reports'],
    done: (stationId) => freed.push(stationId),
  };
  const settle = async () => {
    written();
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  return { context, sent, freed, settle };
}

describe('a rise that waited long for the disk', () => {
  const rising = () => {
    const life = charging(oneCircuit(16, ['A']));
    const at = desk(life);
    carryOut(pass(life, { A: 16 }).actions, at.context);
    expect(at.sent).toEqual([]);
    return { life, ...at };
  };

  it('leaves where there is still room', async () => {
    const { life, sent, settle } = rising();
    life.wait(2_000);
    await settle();
    expect(sent).toEqual(['setChargingProfile']);
  });

  it('does not leave where its room is needed meanwhile, and counts no more', async () => {
    const { life, sent, freed, settle } = rising();
    life.wait(2_000).meterCircuit('grid', ampere(12, 0, 0));
    expect(pass(life, { A: 16 }).excess).not.toEqual([]);
    await settle();
    expect(sent).toEqual([]);
    expect(freed).toEqual(['A']);
    expect(newestCandidate(life.at('A').evseState.txProfile)).toBeUndefined();
    expect(pass(life.wait(MINUTE_MS), { A: 0 }).excess).toEqual([]);
  });
});
