const WIDTH = 132;
const HEIGHT = 28;
const FOOT = 26;
const MOST = 22;

/** What is planned for one car, as a step for each share of the time until morning. The words beside it say the same. */
export function Sparkline({ shares }: { readonly shares: readonly number[] }) {
  const width = WIDTH / Math.max(1, shares.length);
  const steps = shares.map((share, at) => `V${(FOOT - share * MOST).toFixed(1)}H${((at + 1) * width).toFixed(1)}`);
  return (
    <svg class="spark" width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <path class="foot" d={`M0 ${FOOT + 0.5}H${WIDTH}`} />
      {shares.some((share) => share > 0) && <path class="steps" d={`M0 ${FOOT}${steps.join('')}V${FOOT}Z`} />}
    </svg>
  );
}
