import type { Car, CarState } from '../model/cars.js';
import type { Speech } from '../model/speech.js';
import type { IconName } from '../shell/icons.js';

// How a car looks, wherever it is shown: in words and numbers, and what is drawn beside them.

/** Of a spark. */
const WIDTH = 132;
const FOOT = 27;
const MOST = 22;

const ICONS: Readonly<Record<CarState['kind'], IconName>> = {
  charging: 'bolt',
  starts: 'clock',
  waiting: 'clock',
  done: 'tick',
  late: 'warn',
  fault: 'warn',
  offline: 'off',
};

export function stateLook(state: CarState, { say, clock }: Speech): { readonly icon: IconName; readonly word: string } {
  const word =
    state.kind === 'starts' ? say('state.starts', { t: clock.time(state.atMs) }) : say(`state.${state.kind}`);
  return { icon: ICONS[state.kind], word };
}

export function energyText({ energyKwh, wantedKwh }: Car, { say, numbers }: Speech): string {
  return wantedKwh === undefined
    ? `${numbers.short(energyKwh)}\u00a0kWh`
    : say('cars.energyOf', { x: numbers.short(energyKwh), y: numbers.short(wantedKwh) });
}

/** Of what it wants; undefined without a wish, since nobody knows how far it should come. */
export function energyShare({ energyKwh, wantedKwh }: Car): number | undefined {
  return wantedKwh === undefined || wantedKwh <= 0 ? undefined : Math.min(1, energyKwh / wantedKwh);
}

/** The outline of the steps; empty where nothing is planned. */
export function sparkSteps(shares: readonly number[]): string {
  const width = WIDTH / Math.max(1, shares.length);
  let path = '';
  shares.forEach((share, at) => {
    if (share === shares[at + 1]) return;
    path += `V${(FOOT - share * MOST).toFixed(1)}H${((at + 1) * width).toFixed(1)}`;
  });
  return shares.some((share) => share > 0) ? `M0 ${FOOT}${path}V${FOOT}Z` : '';
}
