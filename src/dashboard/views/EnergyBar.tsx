import type { ComponentChildren } from 'preact';
import type { Car } from '../model/cars.js';
import type { Speech } from '../model/speech.js';

/** How far a car has come; without a wish there is no bar, since nobody knows how far it should. */
export function EnergyBar({
  car,
  speech: { say, numbers },
  children,
}: {
  readonly car: Car;
  readonly speech: Speech;
  readonly children?: ComponentChildren;
}) {
  const { energyKwh, wantedKwh, state } = car;
  const text =
    wantedKwh === undefined
      ? `${numbers.short(energyKwh)}\u00a0kWh`
      : say('cars.energyOf', { x: numbers.short(energyKwh), y: numbers.short(wantedKwh) });
  return (
    <>
      <div class="number">
        {text}
        {children}
      </div>
      {wantedKwh !== undefined && wantedKwh > 0 && (
        <div class={`track is-${state.kind}`} aria-hidden="true">
          <i style={{ transform: `scaleX(${Math.min(1, energyKwh / wantedKwh).toFixed(3)})` }} />
        </div>
      )}
    </>
  );
}
