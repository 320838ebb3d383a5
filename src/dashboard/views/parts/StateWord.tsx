import type { CarState } from '../../model/cars.js';
import type { Speech } from '../../model/speech.js';
import { Icon } from '../../shell/icons.js';
import { stateLook } from '../carLook.js';

/** A shape and a word; the colour only repeats them. */
export function StateWord({ state, speech }: { readonly state: CarState; readonly speech: Speech }) {
  const { icon, word } = stateLook(state, speech);
  return (
    <span class={`state is-${state.kind}`}>
      <Icon name={icon} />
      {word}
    </span>
  );
}
