import { sparkSteps } from '../carLook.js';

/** What is planned for one car, as a step for each share of the time until morning. The words beside it say the same. */
export function Sparkline({ shares }: { readonly shares: readonly number[] }) {
  return (
    <svg class="spark" viewBox="0 0 132 28" aria-hidden="true">
      <path class="steps" d={sparkSteps(shares)} />
    </svg>
  );
}
