import { isClockWrong } from '../../handout/forms.js';
import { type EvseInSite, mayDrawA, newestCandidate } from '../../site/mayDraw.js';
import { proofOf } from '../../site/proof.js';
import { evsesOfStation } from '../../site/sites.js';
import type { ProfileSlot, SiteState, StationState } from '../../site/state.js';
import { amperes } from '../amperes.js';
import type { StationQuirkView } from './profileService.js';
import {
  clockOffSentence,
  clockUnknownSentence,
  compositeDiffersSentence,
  disobeysSentence,
  foreignProfilesSentence,
  quirkSentence,
} from './quirkSentence.js';

/** What was learned of a station, and then what is so of it now. */
export function quirkViews(state: SiteState, stationId: string, nowMs: number): readonly StationQuirkView[] {
  const station = state.stations.get(stationId);
  if (station === undefined || station.connection.status === 'neverSeen') return [];
  const evses = [...evsesOfStation(state, stationId)];
  const learned = (station.quirks ?? []).map(
    ({ quirk, learnedMs, seenOf, evidence }): StationQuirkView => ({
      quirk,
      sentence: quirkSentence(quirk),
      learned: true,
      learnedMs,
      seenOf,
      evidence,
    }),
  );
  const current = [ofClock(station), ofObedience(evses, nowMs), ofComposite(station), ofForeign(station)];
  return [
    ...learned,
    ...current.flatMap((seen) => (seen === undefined ? [] : [{ ...seen, learned: false, seenOf: stationId }])),
  ];
}

type SeenNow = Omit<StationQuirkView, 'learned' | 'seenOf'> | undefined;

function ofClock(station: StationState): SeenNow {
  const { clockIsKnown, clockOffMs } = station;
  if (clockIsKnown !== true) {
    const evidence = 'No meter value, status, transaction or composite schedule with a time of now has come.';
    return { quirk: 'clockUnknown', sentence: clockUnknownSentence(), learnedMs: null, evidence };
  }
  if (clockOffMs === 0) return undefined;
  const offS = clockOffMs / 1000;
  const evidence = `What it wrote lately had a time that was up to ${offS} s off.`;
  return { quirk: 'clockOff', sentence: clockOffSentence(offS, isClockWrong(station)), learnedMs: null, evidence };
}

function ofObedience(evses: readonly EvseInSite[], nowMs: number): SeenNow {
  const disobedient = evses.filter(({ evseState }) => evseState.disobeys);
  if (disobedient.length === 0) return undefined;
  const mayA = Math.max(...disobedient.map((at) => mayDrawA(at, nowMs, nowMs)));
  const since = disobedient.flatMap(({ evseState: { disobeysSinceMs } }) => disobeysSinceMs ?? []);
  return {
    quirk: 'disobeys',
    sentence: disobeysSentence(
      disobedient.map(({ evse }) => evse.id),
      mayA,
    ),
    learnedMs: since.length === 0 ? null : Math.min(...since),
    evidence: 'Its meter showed more, sample after sample, than anything it may hold allows.',
  };
}

/** Looked for in vain, and neither confirmed since nor of a station that is known to say nothing. */
function ofComposite(station: StationState): SeenNow {
  const by = proofOf(station);
  if (by === 'meter') return undefined;
  const slots: readonly ProfileSlot[] = [
    station.failsafe,
    ...[...station.evses.values()].map((evse) => evse.txProfile),
  ];
  const unseen = slots.flatMap((slot) => {
    const newest = newestCandidate(slot);
    return newest !== undefined && newest.status !== 'confirmed' && newest.checks > 0 ? [newest] : [];
  });
  const [first] = unseen;
  if (first === undefined) return undefined;
  const looks = Math.max(...unseen.map(({ checks }) => checks));
  return {
    quirk: 'compositeDiffers',
    sentence: compositeDiffersSentence(),
    learnedMs: first.answeredMs ?? first.sentMs,
    evidence: `Its ${by === 'report' ? 'report of profiles' : 'composite schedule'} did not show what it accepted, ${looks === 1 ? 'once' : `${looks} times`}.`,
  };
}

function ofForeign({ foreignProfiles = [] }: StationState): SeenNow {
  if (foreignProfiles.length === 0) return undefined;
  const named = foreignProfiles.map(({ profileId, evseId, source, purpose, stackLevel, limitMaxA }) => {
    const where = evseId === 0 ? 'the station' : `EVSE ${evseId}`;
    const allows = limitMaxA === undefined ? 'no limit that can be read' : `at most ${amperes(limitMaxA)}`;
    return `${purpose} ${profileId} of ${source} on ${where}, level ${stackLevel}, ${allows}`;
  });
  return {
    quirk: 'foreignProfiles',
    sentence: foreignProfilesSentence(),
    learnedMs: null,
    evidence: `When it last reported it held ${named.join('; ')}.`,
  };
}
