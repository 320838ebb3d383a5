import type { Car } from '../../model/cars.js';
import type { Speech } from '../../model/speech.js';
import { energyShare, energyText } from '../carLook.js';

/** How far a car has come; without a wish there is no bar. */
export function EnergyBar({ car, speech }: { readonly car: Car; readonly speech: Speech }) {
  const share = energyShare(car);
  return (
    <>
      <div class="number">{energyText(car, speech)}</div>
      {share !== undefined && (
        <div class={`track is-${car.state.kind}`} aria-hidden="true">
          <i style={{ transform: `scaleX(${share.toFixed(3)})` }} />
        </div>
      )}
    </>
  );
}
