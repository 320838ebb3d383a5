import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../../api/client.js';
import type { SiteSummary } from '../../api/documents.js';
import { type SiteDraft, setupApi } from '../../api/setup.js';
import { stationsApi } from '../../api/stations.js';
import {
  emptySetup,
  raisedFuses,
  readSetup,
  SETUP_STEPS,
  type SetupProblem,
  type SetupStep,
  type SetupText,
  setupProblems,
  setupText,
} from '../../model/setupForm.js';
import { speechIn } from '../../model/speech.js';
import { spoken } from '../../shell/display.js';
import { goTo, path, query } from '../../shell/location.js';
import { addresses } from '../../shell/route.js';
import { viewSpeech } from '../../words/views/words.js';
import { Asking } from '../parts/Asking.js';
import { type Clash, ClashPart, clashWith } from '../parts/Clash.js';
import { OutcomeLine, useOutcome } from '../parts/Outcome.js';
import { SettingsNav } from '../parts/SettingsNav.js';
import { FailedPart, LoadingPart, WarnLine } from '../parts/States.js';
import { failureOf, useDocument } from '../parts/useDocument.js';
import { CheckStep } from './CheckStep.js';
import { FusesStep } from './FusesStep.js';
import { PhasesStep } from './PhasesStep.js';
import { PricesStep } from './PricesStep.js';
import { SiteStep } from './SiteStep.js';
import { StationsStep } from './StationsStep.js';
import type { StepProps } from './stepProps.js';

const KEPT_AS = 'evenkeel.setup';
const CHECK_AFTER_MS = 400;

/** From nothing to a site that charges, in six steps; each is saved before the next. */
export function SetupView() {
  const siteId = query.value.get('site') ?? undefined;
  const { asked, again } = useDocument(siteId ?? 'new', async () => {
    const [sites, site] = await Promise.all([api.sites(), siteId === undefined ? undefined : setupApi.site(siteId)]);
    return { sites, site };
  });
  const speech = viewSpeech(speechIn(spoken.value, Intl.DateTimeFormat().resolvedOptions().timeZone));
  return (
    <>
      <SettingsNav speech={speech} />
      {asked.kind === 'loading' && (
        <section class="card">
          <h1 class="hidden" tabIndex={-1}>
            {speech.say('nav.setup')}
          </h1>
          <LoadingPart speech={speech} rows={6} />
        </section>
      )}
      {asked.kind === 'failed' && (
        <section class="card">
          <h1 tabIndex={-1}>{speech.say('nav.setup')}</h1>
          <FailedPart failure={asked.failure} speech={speech} again={again} />
        </section>
      )}
      {asked.kind === 'there' && (
        <Wizard key={siteId ?? 'new'} sites={asked.value.sites} stored={asked.value.site} speech={speech} />
      )}
    </>
  );
}

function keptText(): SetupText | undefined {
  try {
    const kept = sessionStorage.getItem(KEPT_AS);
    return kept === null ? undefined : (JSON.parse(kept) as SetupText);
  } catch {
    return undefined;
  }
}

function Wizard({
  sites,
  stored: atFirst,
  speech,
}: {
  readonly sites: readonly SiteSummary[];
  readonly stored: SiteDraft | undefined;
  readonly speech: StepProps['speech'];
}) {
  const { say, timeZone } = speech;
  const [stored, setStored] = useState(atFirst);
  const [text, setText] = useState<SetupText>(() =>
    stored === undefined ? (keptText() ?? emptySetup(timeZone)) : setupText(stored),
  );
  const [problems, setProblems] = useState<readonly SetupProblem[]>([]);
  const [refusal, setRefusal] = useState<string | undefined>(undefined);
  const [asking, setAsking] = useState<SetupStep | undefined>(undefined);
  const [clash, setClash] = useState<(Clash & { readonly to: SetupStep }) | undefined>(undefined);
  const { outcome, run, undo } = useOutcome();
  const form = useRef<HTMLFormElement>(null);
  const checking = useRef<number | undefined>(undefined);
  const wanted = Number(path.value.split('/')[2] ?? 1);
  // Nobody starts in the middle of a site that is not there.
  const found = SETUP_STEPS.find((one) => one === wanted) ?? 1;
  const step: SetupStep = stored === undefined && found > 2 ? 1 : found;
  const taken = stored === undefined ? sites.map(({ siteId }) => siteId) : [];
  useEffect(() => () => clearTimeout(checking.current), []);

  const query = (siteId: string | undefined) => (siteId === undefined ? '' : `?site=${encodeURIComponent(siteId)}`);
  const address = (to: SetupStep, siteId = stored?.siteId) => `/setup/${to}${query(siteId)}`;
  /** Of this step: what is wrong, at once where we see it ourselves, then as the service sees it. */
  const check = (of: SetupText) => {
    const all = setupProblems(of, taken).filter((problem) => problem.step === step);
    setProblems(all);
    setRefusal(undefined);
    if (setupProblems(of, taken).length > 0 || step === 1) return all;
    setupApi.tryOut(readSetup(of)).then(
      () => setRefusal(undefined),
      (error: unknown) => setRefusal(failureOf(error).message),
    );
    return all;
  };
  const change = (changes: Partial<SetupText>) => {
    const next = { ...text, ...changes };
    setText(next);
    if (stored === undefined) sessionStorage.setItem(KEPT_AS, JSON.stringify(next));
    clearTimeout(checking.current);
    checking.current = window.setTimeout(() => check(next), CHECK_AFTER_MS);
  };
  const problemOf = (field: string) => {
    const one = problems.find((problem) => problem.field === field);
    return one === undefined ? undefined : say(one.word, one.filling);
  };
  const putSite = async (draft: SiteDraft) => {
    const next = await setupApi.put(draft);
    setStored(next);
    setText(setupText(next));
    return next;
  };
  const save = async (to: SetupStep, overwrites = false) => {
    const draft = readSetup(text);
    const passwords = text.stations.filter(({ password }) => password !== '');
    const before = stored;
    const other =
      before === undefined || overwrites
        ? undefined
        : await clashWith(before, draft, {
            read: () => setupApi.site(before.siteId),
            siteId: before.siteId,
            target: `/v1/sites/${encodeURIComponent(before.siteId)}`,
          });
    setClash(other === undefined ? undefined : { ...other, to });
    if (other !== undefined) return;
    const isSaved = await run(
      async () => {
        for (const { id, password } of passwords) await stationsApi.putPassword(id, password);
        await putSite(draft);
      },
      before === undefined ? undefined : async () => void (await putSite(before)),
    );
    if (!isSaved) return;
    sessionStorage.removeItem(KEPT_AS);
    goTo(address(to, draft.siteId));
  };
  const next = async (event: Event) => {
    event.preventDefault();
    const to = SETUP_STEPS.find((one) => one > step) ?? step;
    const [first] = check(text);
    if (first !== undefined) {
      form.current?.querySelector<HTMLElement>(`#${CSS.escape(first.field)}`)?.focus();
      return;
    }
    // A site without a fuse can not be stored: the first step of a new one is kept here.
    if (step === 1 && stored === undefined) return goTo(address(2));
    if (stored !== undefined && raisedFuses(stored, readSetup(text)).length > 0) setAsking(to);
    else await save(to);
  };
  const raised = stored === undefined ? [] : raisedFuses(stored, readSetup(text));
  const props: StepProps = { text, change, problemOf, speech };

  return (
    <>
      <section class="hero">
        <div>
          <h1 tabIndex={-1}>{text.name.trim() === '' ? say('setup.title') : say('setup.titleOf', { s: text.name })}</h1>
          <p>{say(`setup.sub${step}`)}</p>
        </div>
      </section>
      <ol class="wizard-steps" aria-label={say('setup.steps')}>
        {SETUP_STEPS.map((one) => (
          <li key={one} class={one < step ? 'past' : ''}>
            {one === step ? (
              <span aria-current="step">
                <i>{one}</i>
                {say(`setup.step${one}`)}
              </span>
            ) : stored === undefined && one > 2 ? (
              <span class="off">
                <i>{one}</i>
                {say(`setup.step${one}`)}
              </span>
            ) : (
              <a href={address(one)}>
                <i>{one}</i>
                {say(`setup.step${one}`)}
              </a>
            )}
          </li>
        ))}
      </ol>
      <form ref={form} class="card wizard" onSubmit={(event) => void next(event)} noValidate>
        <h2>{say(`setup.step${step}`)}</h2>
        {step === 1 && <SiteStep {...props} isNew={stored === undefined} />}
        {step === 2 && <FusesStep {...props} />}
        {step === 3 && (
          <StationsStep
            {...props}
            siteId={stored?.siteId}
            onAdopted={(site) => {
              setStored(site);
              setText(setupText(site));
            }}
          />
        )}
        {step === 4 && <PhasesStep {...props} />}
        {step === 5 && <PricesStep {...props} />}
        {step === 6 && (
          <CheckStep text={text} speech={speech} problems={setupProblems(text, taken)} address={address} />
        )}
        {refusal !== undefined && step !== 6 && (
          <div role="alert" class="refusal">
            <WarnLine>
              <span lang="en">{refusal}</span>
            </WarnLine>
          </div>
        )}
        {clash !== undefined && (
          <ClashPart
            clash={clash}
            onKeep={() => void save(clash.to, true)}
            onTake={() => {
              const theirs = clash.theirs as SiteDraft;
              setClash(undefined);
              setStored(theirs);
              setText(setupText(theirs));
            }}
            speech={speech}
          />
        )}
        <div class="actions wizard-actions">
          {step > 1 && (
            <a class="secondary as-button" href={address(SETUP_STEPS[step - 2] ?? 1)}>
              {say('setup.back')}
            </a>
          )}
          {step < 6 ? (
            <button type="submit" class="primary" disabled={outcome.kind === 'saving'}>
              {say('setup.continue')}
            </button>
          ) : (
            stored !== undefined && (
              <a class="primary" href={addresses.live(stored.siteId)}>
                {say('setup.done')}
              </a>
            )
          )}
          <OutcomeLine outcome={outcome} onUndo={undo} speech={speech} />
        </div>
      </form>
      {asking !== undefined && (
        <Asking
          title={say('setup.raiseTitle')}
          text={raised.map(({ id, was, is }) => say('setup.raiseText', { c: id, a: was, b: is })).join(' ')}
          yes={say('limits.raise')}
          speech={speech}
          onAnswer={(answer) => {
            setAsking(undefined);
            if (answer === 'yes') void save(asking);
          }}
        />
      )}
    </>
  );
}
