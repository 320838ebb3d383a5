import { useEffect, useRef, useState } from 'preact/hooks';
import { priceUnit } from '../model/numbers.js';
import { highest, type Picture } from '../model/picture.js';
import type { Speech } from '../model/speech.js';
import { useSite } from '../shell/context.js';
import { coloursVersion } from '../shell/display.js';
import { isPrinting } from '../shell/print.js';
import { lazyView } from '../views/lazyView.js';
import type { PlanDrawing, PlanWords } from './drawPlan.js';
import { amountText, readingAt } from './reading.js';

/** Not there at first sight; both come before the service may be away. */
export const PLAN_TABLE = lazyView(async () => (await import('./PlanTable.js')).PlanTable);
export const SLOT_TIP = lazyView(async () => (await import('./SlotTip.js')).SlotTip);
const HOUR_MS = 3_600_000;
const NARROW_PX = 720;
const SIZES = {
  card: { wide: [290, 122], narrow: [210, 104] },
  page: { wide: [420, 136], narrow: [230, 110] },
} as const;

/**
 * The plan as a chart, and as a table for who wants one. The chart is a slider over its columns: arrows move by one, Page Up and
 * Page Down by an hour, T shows the table; a tap or Enter keeps the values in sight, Esc lets them go.
 */
export function PlanFigure({
  picture,
  size,
}: {
  readonly picture: Picture | undefined;
  readonly size: 'card' | 'page';
}) {
  const { screen } = useSite();
  const speech = screen.speech.value;
  const { say } = speech;
  const [showsTable, setShowsTable] = useState(false);
  if (picture === undefined) return <div class={`figure-gap ${size}`}>{say('plan.headlineNone')}</div>;
  return (
    <figure class="plan-figure">
      <figcaption class="hidden">
        {summaryOf(picture, speech)} {say('plan.keys')}
      </figcaption>
      {!showsTable && <PlanChart picture={picture} size={size} speech={speech} onTable={() => setShowsTable(true)} />}
      {(showsTable || isPrinting.value) && <PLAN_TABLE.View picture={picture} speech={speech} />}
      <div class="figure-foot">
        <div class="key">
          {picture.bands.map(({ id, label, colour, isDimmed }) => (
            <span key={id} class={isDimmed ? 'dimmed' : ''}>
              <i class={`swatch ${colour}`} />
              {label}
            </span>
          ))}
        </div>
        <button type="button" class="link small" onClick={() => setShowsTable(!showsTable)}>
          {say(showsTable ? 'plan.showChart' : 'plan.showTable')}
        </button>
      </div>
    </figure>
  );
}

function PlanChart({
  picture,
  size,
  speech,
  onTable,
}: {
  readonly picture: Picture;
  readonly size: 'card' | 'page';
  readonly speech: Speech;
  readonly onTable: () => void;
}) {
  const [main, price] = [useRef<HTMLDivElement>(null), useRef<HTMLDivElement>(null)];
  const drawing = useRef<PlanDrawing | undefined>(undefined);
  const [column, setColumn] = useState<number | undefined>(undefined);
  const [pinned, setPinned] = useState(false);
  const isPinned = useRef(false);
  isPinned.current = pinned;
  const isNarrow = window.innerWidth <= NARROW_PX;
  const [height, priceHeight] = SIZES[size][isNarrow ? 'narrow' : 'wide'];
  const colours = coloursVersion.value;

  useEffect(() => {
    let isWanted = true;
    // What can not be drawn, since the service is away, is still said.
    import('./drawPlan.js').then(
      ({ drawPlan }) => {
        if (!isWanted || main.current === null || price.current === null) return;
        const places = { main: main.current, price: price.current, height, priceHeight, isNarrow };
        drawing.current = drawPlan(picture, wordsOf(picture, speech), places, (at) => {
          if (!isPinned.current) setColumn(at);
        });
      },
      () => isWanted && onTable(),
    );
    return () => {
      isWanted = false;
      drawing.current?.destroy();
      drawing.current = undefined;
    };
  }, [picture, speech, height, priceHeight, isNarrow, colours]);

  const columns = picture.edgesMs.length - 1;
  const at = column === undefined ? undefined : Math.min(column, columns - 1);
  const show = (next: number | undefined, pins = true) => {
    setColumn(next);
    setPinned(pins && next !== undefined);
    drawing.current?.point(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const from = at ?? 0;
    const next = keyTarget(event.key, from, picture.edgesMs);
    if (next !== undefined) show(next);
    else if (event.key === 'Escape') show(undefined);
    else if (event.key === 't' || event.key === 'T') onTable();
    else return;
    event.preventDefault();
  };
  const reading = at === undefined ? undefined : readingAt(picture, at, speech);
  return (
    <div
      class="plan-chart"
      role="slider"
      tabIndex={0}
      aria-label={say(speech, picture)}
      aria-valuemin={0}
      aria-valuemax={columns - 1}
      aria-valuenow={at ?? 0}
      aria-valuetext={(reading ?? readingAt(picture, 0, speech)).text}
      onKeyDown={onKeyDown}
      onClick={() => column !== undefined && setPinned(!pinned)}
      onBlur={() => show(undefined)}
    >
      <div ref={main} style={{ height: `${height}px` }} />
      <div ref={price} style={picture.prices === undefined ? {} : { height: `${priceHeight}px` }} />
      {reading !== undefined && at !== undefined && (
        <SLOT_TIP.View
          reading={reading}
          leftPx={drawing.current?.xOf(at) ?? 0}
          widthPx={main.current?.clientWidth ?? 0}
        />
      )}
    </div>
  );
}

function say({ say: words }: Speech, picture: Picture): string {
  return picture.unit === 'kW' ? `${words('plan.title')}, kW` : `${words('plan.title')}, ${picture.phase}`;
}

function keyTarget(key: string, from: number, edgesMs: readonly number[]): number | undefined {
  const last = edgesMs.length - 2;
  const hourAway = (hours: number) => {
    const targetMs = (edgesMs[from] ?? 0) + hours * HOUR_MS;
    const found = edgesMs.findLastIndex((edge) => edge <= targetMs);
    return Math.max(0, Math.min(last, found));
  };
  if (key === 'ArrowRight' || key === 'ArrowUp') return Math.min(last, from + 1);
  if (key === 'ArrowLeft' || key === 'ArrowDown') return Math.max(0, from - 1);
  if (key === 'PageUp') return hourAway(1);
  if (key === 'PageDown') return hourAway(-1);
  if (key === 'Home') return 0;
  return key === 'End' ? last : undefined;
}

function summaryOf(picture: Picture, { say: words, numbers, clock }: Speech): string {
  const most = highest(picture);
  const filling = { t: clock.when(most.atMs, picture.nowMs) };
  return picture.unit === 'kW'
    ? words('plan.summaryKw', { ...filling, x: numbers.kilo(most.value) })
    : words('plan.summary', {
        ...filling,
        p: picture.phase ?? '',
        x: numbers.amperes(most.value),
        y: numbers.amperes(most.limit ?? 0),
      });
}

function wordsOf(picture: Picture, speech: Speech): PlanWords {
  const { say: words, numbers, clock } = speech;
  const currency = picture.prices?.currency ?? '';
  return {
    time: clock.time,
    hourOf: (atMs) => Number(clock.wall(atMs).slice(11, 13)),
    limit: (value) => words('live.limit', { a: numbers.amperes(value) }),
    limitShort: (value) => `${numbers.amperes(value)} A`,
    cars: (count) => words('plan.cars', { n: numbers.count(count) }),
    price: (pricePerKwh) => numbers.priceNumber(pricePerKwh, currency),
    priceTitle: words('plan.priceUnit', { u: `${priceUnit(currency).name}/kWh` }),
    value: (value) => amountText(picture, value, speech, 'bare'),
  };
}
