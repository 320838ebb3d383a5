import { describe, expect, it } from 'vitest';
import { addresses, routeOf } from '../../../src/dashboard/shell/route.js';

describe('addresses of the dashboard', () => {
  it('are those of its views', () => {
    expect(routeOf('/')).toEqual({ view: 'home' });
    expect(routeOf('/signin')).toEqual({ view: 'signIn' });
    expect(routeOf('/s/depot')).toEqual({ view: 'live', siteId: 'depot', rest: [] });
    expect(routeOf('/s/depot/cars/17')).toEqual({ view: 'car', siteId: 'depot', rest: ['17'] });
    expect(routeOf('/s/depot/stations/CP1/log')).toEqual({ view: 'station', siteId: 'depot', rest: ['CP1', 'log'] });
    expect(routeOf('/s/depot/bill/2026-01')).toEqual({ view: 'bill', siteId: 'depot', rest: ['2026-01'] });
    expect(routeOf('/setup/2')).toEqual({ view: 'setup' });
  });

  it('lead back to where they were made from, whatever is in them', () => {
    const odd = 'a|b@c=d %';
    expect(routeOf(addresses.live(odd))).toEqual({ view: 'live', siteId: odd, rest: [] });
    expect(routeOf(addresses.car('depot', odd))).toEqual({ view: 'car', siteId: 'depot', rest: [odd] });
  });

  it('that are none say so', () => {
    for (const path of ['/nonsense', '/s', '/s/depot/nonsense', '/s/depot/cars', '/s/depot/cars/1/2']) {
      expect(routeOf(path)).toEqual({ view: 'missing' });
    }
    expect(routeOf('/s/%E0%A4%A')).toEqual({ view: 'live', siteId: '%E0%A4%A', rest: [] });
  });
});
