import { CAR_FILTERS, type CarFilter } from '../../model/cars.js';

/** From the address; what is no filter is none. */
export function carsByFilter(text: string | null): CarFilter {
  return CAR_FILTERS.find((filter) => filter === text) ?? 'all';
}
