import { describe, expect, it } from 'vitest';
import {
  hasQuirk,
  isSameModel,
  isSteeredByDefault,
  type LearnedQuirk,
  STATION_QUIRKS,
  type StationQuirk,
  withQuirks,
} from '../../../src/site/stationQuirk.js';

const learned = (quirk: StationQuirk, seenOf = 'A'): LearnedQuirk => ({
  quirk,
  learnedMs: 1,
  seenOf,
  evidence: 'seen',
});

describe('what is learned of a station', () => {
  it('is none where nothing was', () => {
    for (const quirk of STATION_QUIRKS) expect(hasQuirk({}, quirk)).toBe(false);
  });

  it('is named once each', () => {
    expect(new Set(STATION_QUIRKS).size).toBe(STATION_QUIRKS.length);
    for (const quirk of STATION_QUIRKS) {
      const station = { quirks: [learned(quirk)] };
      expect(STATION_QUIRKS.filter((other) => hasQuirk(station, other))).toEqual([quirk]);
    }
  });

  it('is kept with what was seen first, and is the same list where nothing is news', () => {
    const known = [learned('takesNoZero')];
    const more = withQuirks(known, [learned('takesNoZero', 'B'), learned('takesWattsOnly', 'B')]);
    expect(more).toEqual([learned('takesNoZero', 'A'), learned('takesWattsOnly', 'B')]);
    expect(withQuirks(known, [learned('takesNoZero', 'B')])).toBe(known);
    expect(withQuirks(known, [])).toBe(known);
  });

  it('has it steered through its default, or its maximum, where a profile of its transaction does nothing', () => {
    const steers = STATION_QUIRKS.filter((quirk) => isSteeredByDefault({ quirks: [learned(quirk)] }));
    expect(steers.sort()).toEqual(['ignoresTxProfile', 'takesNoDefault', 'takesNoTxProfile']);
    expect(isSteeredByDefault({})).toBe(false);
  });
});

describe('the same model', () => {
  const a = { vendor: 'V', model: 'M', firmwareVersion: '1' };

  it('is one of the same vendor, name and firmware, whatever its serial number', () => {
    expect(isSameModel({ ...a, serialNumber: '1' }, { ...a, serialNumber: '2' })).toBe(true);
    for (const other of [{ vendor: 'W' }, { model: 'N' }, { firmwareVersion: '2' }])
      expect(isSameModel(a, { ...a, ...other })).toBe(false);
  });

  it('without a firmware version is known by its name, and is not one that says its version', () => {
    const nameless = { vendor: 'V', model: 'M' };
    expect(isSameModel(nameless, nameless)).toBe(true);
    expect(isSameModel(nameless, a)).toBe(false);
  });

  it('is nobody before it booted', () => {
    expect(isSameModel(null, a)).toBe(false);
    expect(isSameModel(null, null)).toBe(false);
  });
});
