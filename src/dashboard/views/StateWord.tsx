import type { CarState } from '../model/cars.js';
import type { Speech } from '../model/speech.js';
import { Icon, type IconName } from '../shell/icons.js';

const ICONS: Readonly<Record<CarState['kind'], IconName>> = {
  charging: 'bolt',
  starts: 'clock',
  waiting: 'clock',
  done: 'tick',
  late: 'warn',
  fault: 'warn',
  offline: 'off',
};

/** A shape and a word; the colour only repeats them. */
export function StateWord({ state, speech: { say, clock } }: { readonly state: CarState; readonly speech: Speech }) {
  const word =
    state.kind === 'starts' ? say('state.starts', { t: clock.time(state.atMs) }) : say(`state.${state.kind}`);
  return (
    <span class={`state is-${state.kind}`}>
      <Icon name={ICONS[state.kind]} />
      {word}
    </span>
  );
}
