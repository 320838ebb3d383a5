import { vatPercent, words } from '../reading/scalars.js';
import { optional, required } from '../reading/shapes.js';
import { validity } from './priceShapes.js';

/** What every component has. */
export const componentBase = {
  id: required(words(100), 'Add an "id": what the bill calls it.'),
  validity: optional(validity),
  vatPercent: optional(vatPercent),
};
