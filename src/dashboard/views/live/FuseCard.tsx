import { type CircuitState, PHASES, type Phase, type SiteState, type SiteSummary } from '../../api/documents.js';
import { ratingOf } from '../../live/screen.js';
import { useSite } from '../../shell/context.js';

/** Below so much nobody can charge: the phase is full. */
const FULL_BELOW_A = 2;
const OVER_BY_A = 0.5;

/** The grid connection phase by phase, what hangs on it, and the month's peak. */
export function FuseCard({ site, state, root }: { site: SiteSummary; state: SiteState; root: CircuitState }) {
  const { screen } = useSite();
  const { say, numbers, clock } = screen.speech.value;
  const names = screen.names.value;
  const rating = ratingOf(site, root.id)?.limitA ?? root.limitA;
  const children = state.circuits.filter(({ parentId }) => parentId === root.id);
  const { next } = root;
  return (
    <section class="card fuse" aria-labelledby="fuse-title">
      <header>
        <h2 id="fuse-title">
          {names?.circuit(root.id)}{' '}
          <span class="sub light">{numbers.amperes(Math.max(...Object.values(rating)))} A</span>
        </h2>
        {next !== null && (
          <span class="small sub">
            {say('live.limitFrom', {
              a: numbers.amperes(Math.min(...Object.values(next.limitA))),
              t: clock.when(Date.parse(next.at), screen.tickMs.value),
            })}
          </span>
        )}
      </header>
      {PHASES.map((phase) => (
        <Gauge key={phase} phase={phase} circuit={root} ratingA={rating[phase]} />
      ))}
      <LimitLabel circuit={root} ratingA={rating.L3} />
      <div class="key">
        <span>
          <i class="building" />
          {say('live.building')}
        </span>
        <span>
          <i class="phases" />
          {say('live.cars')}
        </span>
        <span class="L2">
          <i class="reserved" />
          {say('live.reserved')}
        </span>
      </div>
      {root.meter === 'stale' && (
        <p class="small sub">{say('live.meterSilent', { c: names?.circuit(root.id) ?? '' })}</p>
      )}
      {children.length > 0 && (
        <ul class="circuits">
          {children.map((circuit) => (
            <ChildCircuit
              key={circuit.id}
              circuit={circuit}
              rating={ratingOf(site, circuit.id)?.limitA ?? circuit.limitA}
            />
          ))}
        </ul>
      )}
      <MonthPeak root={root} />
    </section>
  );
}

function share(value: number, of: number): number {
  return of <= 0 ? 0 : Math.max(0, Math.min(1, value / of));
}

function Gauge({ phase, circuit, ratingA }: { phase: Phase; circuit: CircuitState; ratingA: number }) {
  const { say, numbers } = useSite().screen.speech.value;
  const baseA = Math.max(0, circuit.baseLoadA[phase]);
  const limitA = circuit.limitA[phase];
  const loadA = circuit.meter === 'fresh' ? circuit.loadA[phase] : Math.max(circuit.loadA[phase], baseA);
  const carsA = Math.max(0, loadA - baseA);
  const reservedA = Math.max(0, circuit.reservedA[phase] - carsA);
  const freeA = Math.max(0, Math.floor(circuit.headroomA[phase]));
  const isOver = circuit.meter === 'fresh' && loadA > limitA + OVER_BY_A;
  const scale = Math.max(ratingA, limitA, 1);
  const a = numbers.amperes;
  const summary = say('gauge.summary', {
    p: phase,
    x: a(loadA),
    y: a(limitA),
    b: a(baseA),
    c: a(carsA),
    r: a(reservedA),
    f: a(freeA),
  });
  // Where each part begins: parts are scaled and moved, so that a change costs no layout.
  const parts = [
    { kind: 'building', fromA: 0, sizeA: Math.min(baseA, scale) },
    { kind: 'cars', fromA: baseA, sizeA: carsA },
    { kind: 'reserved', fromA: baseA + carsA, sizeA: reservedA },
  ];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a meter element can hold no parts.
    <div
      class={`gauge ${phase} ${isOver ? 'over' : ''}`}
      role="meter"
      aria-label={phase}
      aria-valuemin={0}
      aria-valuemax={Math.max(limitA, loadA)}
      aria-valuenow={Math.round(loadA)}
      aria-valuetext={summary}
    >
      <span class="phase">{phase}</span>
      <div class="bar">
        <div class="fill">
          {parts.map(({ kind, fromA, sizeA }) => (
            <span
              key={kind}
              class={kind}
              style={{
                left: `${(share(fromA, scale) * 100).toFixed(2)}%`,
                width: `${(share(sizeA, scale) * 100).toFixed(2)}%`,
              }}
            />
          ))}
          {isOver && <span class="excess" style={{ left: `${(share(limitA, scale) * 100).toFixed(2)}%` }} />}
        </div>
        <i class="beyond" style={{ left: `${(share(limitA, scale) * 100).toFixed(2)}%` }} />
        <i class="limit" style={{ left: `${(share(limitA, scale) * 100).toFixed(2)}%` }} />
      </div>
      <span class="value">
        <b class="ages">{isOver ? say('live.overLimitShort') : say('live.free', { a: a(freeA) })}</b>
        {say('live.of', { x: a(loadA), y: a(limitA) })}
      </span>
    </div>
  );
}

function LimitLabel({ circuit, ratingA }: { circuit: CircuitState; ratingA: number }) {
  const { say, numbers } = useSite().screen.speech.value;
  const limitA = circuit.limitA.L3;
  return (
    <div class="gauge-label" aria-hidden="true">
      <div>
        <span style={{ left: `${(share(limitA, Math.max(ratingA, limitA, 1)) * 100).toFixed(2)}%` }}>
          {say('live.limit', { a: numbers.amperes(limitA) })}
        </span>
      </div>
    </div>
  );
}

function ChildCircuit({ circuit, rating }: { circuit: CircuitState; rating: CircuitState['limitA'] }) {
  const { screen } = useSite();
  const { say, numbers } = screen.speech.value;
  const tightest = PHASES.reduce((a, b) => (circuit.headroomA[b] < circuit.headroomA[a] ? b : a));
  const freeA = Math.max(0, Math.floor(circuit.headroomA[tightest]));
  const isFull = freeA < FULL_BELOW_A;
  return (
    <li class="circuit">
      <span class="name">
        {screen.names.value?.circuit(circuit.id)} <small>{numbers.amperes(Math.max(...Object.values(rating)))} A</small>
      </span>
      <span class="three" aria-hidden="true">
        {PHASES.map((phase) => (
          <span key={phase} class={phase}>
            <i style={{ width: `${(share(circuit.loadA[phase], rating[phase]) * 100).toFixed(1)}%` }} />
          </span>
        ))}
      </span>
      <span class={`value ${isFull ? 'tight' : ''}`}>
        {isFull ? say('live.full', { p: tightest }) : say('live.free', { a: numbers.amperes(freeA) })}
      </span>
    </li>
  );
}

/** What flows now, against the highest hour of the month: that is what many tariffs bill. */
function MonthPeak({ root }: { root: CircuitState }) {
  const { screen, site } = useSite();
  const { say, numbers } = screen.speech.value;
  const { feed } = screen;
  const charge = feed.plan.value?.prices?.demandCharges[0];
  // Of a month that has just begun none is known yet.
  const peakKw = charge !== undefined && charge.peakSoFarKw > 0 ? charge.peakSoFarKw : feed.peakKw.value;
  const nowKw = (PHASES.reduce((sum, phase) => sum + root.loadA[phase], 0) * site.voltageV) / 1_000;
  const plannedKw = highestPlannedKw(feed.plan.value, root.id, site.voltageV);
  const most = Math.max(peakKw ?? 0, nowKw, plannedKw ?? 0) * 1.08;
  return (
    <div class="peak">
      <div>
        <b>{say('live.monthPeak')}</b>
        <span class="sub small">
          {plannedKw === undefined
            ? say('live.nowKw', { x: numbers.kilo(nowKw) })
            : say('live.nowPlanned', { x: numbers.kilo(nowKw), y: numbers.kilo(plannedKw) })}
        </span>
      </div>
      <div class="peak-bar" aria-hidden="true">
        <i style={{ width: `${(share(nowKw, most) * 100).toFixed(1)}%` }} />
        {peakKw !== undefined && <u style={{ left: `${(share(peakKw, most) * 100).toFixed(1)}%` }} />}
      </div>
      <span class="value">{peakKw === undefined ? say('missing') : numbers.kilowatts(peakKw)}</span>
    </div>
  );
}

function highestPlannedKw(
  plan: { circuits: readonly { id: string; loadA: Readonly<Record<Phase, readonly number[]>> }[] } | undefined,
  circuitId: string,
  voltageV: number,
): number | undefined {
  const planned = plan?.circuits.find(({ id }) => id === circuitId);
  if (planned === undefined || planned.loadA.L1.length === 0) return undefined;
  const sums = planned.loadA.L1.map((_, slot) =>
    PHASES.reduce((sum, phase) => sum + (planned.loadA[phase][slot] ?? 0), 0),
  );
  return (Math.max(...sums) * voltageV) / 1_000;
}
