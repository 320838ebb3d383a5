import { useState } from 'preact/hooks';
import type { StationState } from '../../api/documents.js';
import { type ProfileCandidate, type ProfileSlot, type StationProfiles, stationsApi } from '../../api/stations.js';
import { useSite } from '../../shell/context.js';
import { type ViewSpeech, viewSpeech } from '../../words/views/words.js';
import { Asking } from '../parts/Asking.js';
import { EmptyPart, FailedPart, LoadingPart, WarnLine } from '../parts/States.js';
import { type Asked, failureOf, useDocument } from '../parts/useDocument.js';

const LIMITS_SHOWN = 4;

/** What was sent to the station and may be in force there, and what is known of how it takes it. */
export function StationProfilesTab({
  station,
  profiles: { asked, again },
}: {
  readonly station: StationState;
  readonly profiles: { readonly asked: Asked<StationProfiles>; readonly again: () => void };
}) {
  const { screen } = useSite();
  const speech = viewSpeech(screen.speech.value);
  const { say } = speech;
  if (asked.kind === 'loading') {
    return (
      <section class="card">
        <LoadingPart speech={speech} rows={6} />
      </section>
    );
  }
  if (asked.kind === 'failed') {
    return (
      <section class="card">
        <FailedPart failure={asked.failure} speech={speech} again={again} />
      </section>
    );
  }
  const { slots, quirks } = asked.value;
  return (
    <div class="profiles">
      <section class="card" aria-labelledby="installed-title">
        <header>
          <h2 id="installed-title">{say('profiles.title')}</h2>
          <button type="button" class="secondary" onClick={again}>
            {say('profiles.again')}
          </button>
        </header>
        {slots.every(({ candidates }) => candidates.length === 0) && <EmptyPart title={say('profiles.none')} />}
        {slots.map((slot) => (
          <Slot key={`${slot.slot} ${slot.evseId}`} slot={slot} station={station} speech={speech} />
        ))}
      </section>
      <Quirks stationId={station.id} quirks={quirks} speech={speech} again={again} />
      {station.ocppVersion !== '1.6' && station.online && <Reported stationId={station.id} speech={speech} />}
    </div>
  );
}

function Slot({
  slot,
  station,
  speech,
}: {
  readonly slot: ProfileSlot;
  readonly station: StationState;
  readonly speech: ViewSpeech;
}) {
  const { screen } = useSite();
  const { say } = speech;
  if (slot.candidates.length === 0) return null;
  const bay = screen.names.value?.bay(station.id, slot.evseId) ?? '';
  // The newest first: it is the one that the station goes by, most likely.
  const all = [...slot.candidates].reverse();
  const newest = all.find(({ told }) => told) ?? all[0];
  const current = all.filter((one) => one === newest);
  const earlier = all.filter((one) => one !== newest);
  return (
    <div class="slot">
      <h3>{slot.slot === 'failsafe' ? say('profiles.failsafe') : say('profiles.ofCar', { b: bay })}</h3>
      <p class="sub small">{say(slot.slot === 'failsafe' ? 'profiles.failsafeWhat' : 'profiles.ofCarWhat')}</p>
      {slot.refusals > 0 && <WarnLine>{say('profiles.refused', { n: slot.refusals })}</WarnLine>}
      {slot.unanswered > 0 && <WarnLine>{say('profiles.unanswered', { n: slot.unanswered })}</WarnLine>}
      <Candidates candidates={current} speech={speech} />
      {earlier.length > 0 && (
        <details class="earlier">
          <summary>{say('profiles.earlier', { n: earlier.length })}</summary>
          <Candidates candidates={earlier} speech={speech} />
        </details>
      )}
    </div>
  );
}

function Candidates({
  candidates,
  speech,
}: {
  readonly candidates: readonly ProfileCandidate[];
  readonly speech: ViewSpeech;
}) {
  return (
    <ul class="candidates">
      {candidates.map((candidate) => (
        <Candidate key={candidate.attemptId} candidate={candidate} speech={speech} />
      ))}
    </ul>
  );
}

function Candidate({
  candidate,
  speech: { say, numbers, clock },
}: {
  readonly candidate: ProfileCandidate;
  readonly speech: ViewSpeech;
}) {
  const { screen } = useSite();
  const nowMs = screen.tickMs.value;
  const { status, limits, until, repeats, form, profile, told, mayBeInForce } = candidate;
  const steps = limits.slice(0, LIMITS_SHOWN);
  return (
    <li>
      <div>
        <b class={`status ${status}`}>{say(`profiles.${status}`)}</b>
        <span class="sub small">
          {' '}
          {say('profiles.sentAt', { t: clock.when(Date.parse(candidate.sentAt), nowMs) })}
          {mayBeInForce && !told && ` · ${say('profiles.mayCount')}`}
        </span>
      </div>
      <p>
        {steps.map(({ from, limitA }, place) => (
          <span key={from} class="step">
            {place === 0
              ? `${numbers.short(limitA)}\u00a0A`
              : say('profiles.from', { a: numbers.short(limitA), t: clock.when(Date.parse(from), nowMs) })}
          </span>
        ))}
        {limits.length > LIMITS_SHOWN && (
          <span class="step sub">{say('profiles.more', { n: limits.length - LIMITS_SHOWN })}</span>
        )}
        <span class="step sub">
          {repeats === null
            ? until === null
              ? say('profiles.noEnd')
              : say('station.until', { t: clock.when(Date.parse(until), nowMs) })
            : say(`profiles.${repeats}`)}
        </span>
      </p>
      <details class="technical small">
        <summary>{say('car.technical')}</summary>
        <p class="sub">
          {`${profile.purpose} · id ${profile.profileId} · stackLevel ${profile.stackLevel} · ${form.kind} · ${form.rateUnit}`}
          {form.wholeAmperes && ` · ${say('profiles.whole')}`}
          {form.pauseA !== null && ` · ${say('profiles.pause', { a: form.pauseA })}`}
        </p>
      </details>
    </li>
  );
}

function Quirks({
  stationId,
  quirks,
  speech,
  again,
}: {
  readonly stationId: string;
  readonly quirks: StationProfiles['quirks'];
  readonly speech: ViewSpeech;
  readonly again: () => void;
}) {
  const { screen } = useSite();
  const { say, clock } = speech;
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const forget = () =>
    stationsApi.forgetQuirks(stationId).then(
      () => {
        setProblem(undefined);
        again();
      },
      (error: unknown) => setProblem(failureOf(error).message),
    );
  return (
    <section class="card" aria-labelledby="quirks-title">
      <header>
        <h2 id="quirks-title">{say('quirks.title')}</h2>
        {quirks.some(({ learned }) => learned) && (
          <button type="button" class="secondary" onClick={() => setAsking(true)}>
            {say('quirks.forget')}
          </button>
        )}
      </header>
      {problem !== undefined && <p role="alert">{say('error.failed', { d: problem })}</p>}
      {quirks.length === 0 ? (
        <p class="sub">{say('quirks.none')}</p>
      ) : (
        <ul class="quirks">
          {quirks.map((quirk) => (
            <li key={quirk.quirk}>
              {/* The service says these in English. */}
              <p lang="en">{quirk.sentence}</p>
              <p class="sub small">
                <span lang="en">{quirk.evidence}</span>
                {quirk.learnedAt !== null &&
                  ` · ${say('quirks.since', { t: clock.when(Date.parse(quirk.learnedAt), screen.tickMs.value) })}`}
                {quirk.seenOf !== stationId && ` · ${say('quirks.seenOf', { s: quirk.seenOf })}`}
              </p>
            </li>
          ))}
        </ul>
      )}
      {asking && (
        <Asking
          title={say('quirks.forgetTitle')}
          text={say('quirks.forgetText')}
          yes={say('quirks.forget')}
          speech={speech}
          onAnswer={(answer) => {
            setAsking(false);
            if (answer === 'yes') void forget();
          }}
        />
      )}
    </section>
  );
}

/** Whoever installed it. Asked only when somebody wants it: it is a message to the station, and takes a while. */
function Reported({ stationId, speech }: { readonly stationId: string; readonly speech: ViewSpeech }) {
  const { say } = speech;
  const [isWanted, setWanted] = useState(false);
  const { asked, again } = useDocument(isWanted ? stationId : undefined, () => stationsApi.installed(stationId));
  return (
    <section class="card" aria-labelledby="reported-title">
      <header>
        <h2 id="reported-title">{say('reported.title')}</h2>
        <button type="button" class="secondary" onClick={() => (isWanted ? again() : setWanted(true))}>
          {say('reported.ask')}
        </button>
      </header>
      {!isWanted && <p class="sub">{say('reported.what')}</p>}
      {isWanted && asked.kind === 'loading' && <LoadingPart speech={speech} />}
      {isWanted && asked.kind === 'failed' && <FailedPart failure={asked.failure} speech={speech} again={again} />}
      {isWanted && asked.kind === 'there' && (
        <>
          {!asked.value.complete && <WarnLine>{say('reported.incomplete')}</WarnLine>}
          {asked.value.profiles.length === 0 && <p class="sub">{say('reported.none')}</p>}
          <ul class="candidates">
            {asked.value.profiles.map(({ evseId, source, profileId, purpose, kind, stackLevel }) => (
              <li key={`${evseId} ${profileId}`}>
                {`${purpose} · EVSE ${evseId} · id ${profileId} · stackLevel ${stackLevel} · ${kind} · ${source}`}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
