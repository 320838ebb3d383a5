import { signal } from '@preact/signals';

/** While it is printed, what is folded is open: paper can not be pressed. */
export const isPrinting = signal(false);

export function watchPrinting(): void {
  matchMedia('print').addEventListener('change', ({ matches }) => {
    isPrinting.value = matches;
  });
}
