import type { Car } from '../../model/cars.js';
import type { Speech } from '../../model/speech.js';
import { iconPath } from '../../shell/icons.js';
import { addresses } from '../../shell/route.js';
import { energyShare, energyText, sparkSteps, stateLook } from '../carLook.js';
import { inPlace } from './inPlace.js';

/**
 * One row, as it is copied for each car: a copy takes a fifth of the time that making it part by part does, and there may be 500. What
 * styles lay out as a grid is still a table for who listens, so each part says what it is.
 */
const ROW = `<tr role="row">
  <th role="rowheader" scope="row" class="who"><a> </a><span> </span></th>
  <td role="cell" class="what"><span class="state"><svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path /></svg> </span></td>
  <td role="cell" class="energy"><div class="number"> <span class="on-phone"> </span></div><div class="track" aria-hidden="true"><i></i></div></td>
  <td role="cell" class="right number not-on-phone"> </td>
  <td role="cell" class="number not-on-phone"> <small class="sub"> </small></td>
  <td role="cell" class="not-on-phone"><svg class="spark" viewBox="0 0 132 28" aria-hidden="true"><path class="steps" /></svg></td>
  <td role="cell" class="why"><p> </p></td>
</tr>`.replace(/>\s*\n\s*</g, '><');

/** How they are read now: a row is written again where this changed, or its car. */
export interface RowsAs {
  readonly speech: Speech;
  readonly siteId: string;
  readonly nowMs: number;
}

/** The rows of cars in the body of a table: made once, moved where the order changes, and only what changed in one is written. */
export class CarRows {
  readonly #body: HTMLElement;
  readonly #template: Element;
  #rows = new Map<string, CarRow>();
  #day = '';
  #speech: Speech | undefined;

  constructor(body: HTMLElement) {
    this.#body = body;
    const made = document.createElement('template');
    made.innerHTML = ROW;
    this.#template = below(made.content, 0) as Element;
  }

  show(cars: readonly Car[], as: RowsAs): void {
    const day = as.speech.clock.wall(as.nowMs).slice(0, 10);
    const isOther = this.#speech !== as.speech || this.#day !== day;
    [this.#speech, this.#day] = [as.speech, day];
    const before = this.#rows;
    this.#rows = new Map();
    for (const car of cars) {
      const row = before.get(car.sessionId) ?? new CarRow(this.#template.cloneNode(true) as Element);
      if (isOther || row.car !== car) row.write(car, as);
      this.#rows.set(car.sessionId, row);
    }
    for (const [sessionId, { element }] of before) if (!this.#rows.has(sessionId)) element.remove();
    inPlace(
      this.#body,
      [...this.#rows.values()].map(({ element }) => element),
    );
  }
}

class CarRow {
  readonly element: Element;
  car: Car | undefined;
  readonly #bay: Element;
  readonly #state: Element;
  readonly #track: Element;
  readonly #note: Element;
  readonly #steps: Element;
  /** What stands there, in the order of WRITTEN. */
  readonly #places: readonly Node[];
  #texts: readonly string[] = [];

  constructor(element: Element) {
    this.element = element;
    const [who, what, energy, power, leaves, spark, why] = element.childNodes;
    const number = below(energy, 0);
    this.#bay = below(who, 0) as Element;
    this.#state = below(what, 0) as Element;
    this.#track = below(energy, 1) as Element;
    this.#note = below(leaves, 1) as Element;
    this.#steps = below(below(spark, 0), 0) as Element;
    this.#places = [
      below(this.#bay, 0),
      below(below(who, 1), 0),
      below(this.#state, 1),
      below(number, 0),
      below(below(number, 1), 0),
      below(power, 0),
      below(leaves, 0),
      below(this.#note, 0),
      below(below(why, 0), 0),
    ];
  }

  write(car: Car, { speech, siteId, nowMs }: RowsAs): void {
    const { say, numbers, clock } = speech;
    const before = this.car;
    this.car = car;
    const leaves = car.departureMs === undefined ? undefined : clock.when(car.departureMs, nowMs);
    const power = car.powerKw > 0 ? numbers.kilowatts(car.powerKw) : undefined;
    const look = stateLook(car.state, speech);
    const isGuess = car.departureFrom === 'learned' || car.departureFrom === 'default';
    this.#write([
      car.bay,
      car.place,
      look.word,
      energyText(car, speech),
      (power === undefined ? '' : ` · ${power}`) +
        (leaves === undefined ? '' : ` · ${say('cars.leavesAt', { t: leaves })}`),
      power ?? say('missing'),
      leaves ?? say('missing'),
      isGuess ? say(`cars.${car.departureFrom as 'learned' | 'default'}`) : '',
      car.why,
    ]);
    if (before === undefined) this.#bay.setAttribute('href', addresses.car(siteId, car.sessionId));
    if (before?.departureFrom !== car.departureFrom) this.#note.toggleAttribute('hidden', !isGuess);
    if (before?.spark !== car.spark) this.#steps.setAttribute('d', sparkSteps(car.spark));
    this.#writeShare(before, car);
    if (before?.state.kind === car.state.kind) return;
    const icon = below(this.#state, 0) as Element;
    icon.setAttribute('class', `icon icon-${look.icon}`);
    (below(icon, 0) as Element).setAttribute('d', iconPath(look.icon));
    this.#state.className = `state is-${car.state.kind}`;
    this.#track.className = `track is-${car.state.kind}`;
    (this.#note.parentElement as Element).classList.toggle('late', car.state.kind === 'late');
  }

  /** Only where it is another text: else the browser would lay the row out again. */
  #write(texts: readonly string[]): void {
    texts.forEach((text, at) => {
      const place = this.#places[at];
      if (place !== undefined && this.#texts[at] !== text) place.nodeValue = text;
    });
    this.#texts = texts;
  }

  #writeShare(before: Car | undefined, car: Car): void {
    const [was, is] = [before === undefined ? undefined : energyShare(before), energyShare(car)];
    if (before === undefined || (was === undefined) !== (is === undefined)) {
      this.#track.toggleAttribute('hidden', is === undefined);
    }
    const scale = (share: number) => `scaleX(${share.toFixed(3)})`;
    if (is === undefined || (was !== undefined && scale(was) === scale(is))) return;
    (below(this.#track, 0) as HTMLElement).style.transform = scale(is);
  }
}

/** The node there, of a row that is as ROW says. */
function below(node: Node | undefined, at: number): Node {
  return node?.childNodes[at] as Node;
}
