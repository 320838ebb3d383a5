import { describeMonth } from '../support/month/monthChecks.js';

// Half a month of a site with fifty stations, a building, quarter-hourly prices that are known a day ahead, and a grid tariff with an
// effekttariff: in Stockholm, with the change to summer time. Depot vans, staff and guests; some say all, some nothing, and some stay too
// short for what they want. (The long runs have the whole month, more months, and plans for every quarter of an hour.)

describeMonth({
  name: 'half a month of fifty stations',
  from: '2026-03-17',
  to: '2026-03-31',
  staysMin: 430,
  peakShareMax: 0.75,
});
