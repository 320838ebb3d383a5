import { useSite } from '../shell/context.js';
import type { Reading } from './reading.js';

const WIDTH_PX = 200;
const GAP_PX = 14;

/** The values of the column under the pointer; beside it, on the side with more room. */
export function SlotTip({
  reading,
  leftPx,
  widthPx,
}: {
  readonly reading: Reading;
  readonly leftPx: number;
  readonly widthPx: number;
}) {
  const { say } = useSite().screen.speech.value;
  const isLeft = leftPx + GAP_PX + WIDTH_PX > widthPx;
  const left = isLeft ? Math.max(0, leftPx - GAP_PX - WIDTH_PX) : leftPx + GAP_PX;
  return (
    <div class="tip" aria-hidden="true" style={{ left: `${left}px` }}>
      <b>{reading.span}</b>
      {reading.parts.map(({ id, label, colour, value }) => (
        <div key={id}>
          <span>
            <i class={`swatch ${colour}`} />
            {label}
          </span>
          <span>{value}</span>
        </div>
      ))}
      <div class="sum">
        <span>{reading.sumLabel}</span>
        <span>{reading.sum}</span>
      </div>
      {reading.price !== undefined && (
        <div>
          <span>{say('plan.price')}</span>
          <span>{reading.price}</span>
        </div>
      )}
    </div>
  );
}
