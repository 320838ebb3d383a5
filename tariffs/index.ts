export { NoPrice, type PriceInterval, type PriceSeries, pricesAt } from './priceSeries.js';
