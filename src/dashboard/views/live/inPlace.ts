import { longestRise } from '../../model/longestRise.js';

/**
 * Puts the children of an element into this order, new ones among them, and moves as few as can be: those that are in order already
 * stay where they are. Focus stays where it was.
 */
export function inPlace(parent: Element, order: readonly Element[]): void {
  const places = new Map<Element, number>();
  let count = 0;
  for (let child = parent.firstElementChild; child !== null; child = child.nextElementSibling)
    places.set(child, count++);
  const stays = longestRise(order.map((element) => places.get(element)));
  const focused = document.activeElement;
  const added = document.createDocumentFragment();
  let next: Element | null = null;
  for (let at = order.length - 1; at >= 0; at -= 1) {
    const element = order[at] as Element;
    if (stays.has(at)) {
      parent.insertBefore(added, next);
      next = element;
    } else added.prepend(element);
  }
  parent.insertBefore(added, next);
  if (focused instanceof HTMLElement && focused !== document.activeElement && parent.contains(focused)) {
    focused.focus({ preventScroll: true });
  }
}
