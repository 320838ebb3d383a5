import { describeMonth } from '../support/month/monthChecks.js';

// The whole of the month that test/simulation/month.test.ts has half of.

describeMonth({
  name: 'a month of fifty stations',
  from: '2026-03-01',
  to: '2026-03-31',
  staysMin: 900,
  peakShareMax: 0.7,
});
