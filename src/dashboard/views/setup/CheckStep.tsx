import { setupApi } from '../../api/setup.js';
import { readSetup, type SetupProblem, type SetupStep, type SetupText } from '../../model/setupForm.js';
import { Icon } from '../../shell/icons.js';
import { FailedPart, LoadingPart, WarnLine } from '../parts/States.js';
import { useDocument } from '../parts/useDocument.js';
import type { StepProps } from './stepProps.js';

/** All of it once more, by ourselves and by the service. */
export function CheckStep({
  text,
  problems,
  speech,
  address,
}: {
  readonly text: SetupText;
  readonly problems: readonly SetupProblem[];
  readonly speech: StepProps['speech'];
  readonly address: (step: SetupStep) => string;
}) {
  const { say } = speech;
  const { asked, again } = useDocument(text.siteId, async () => {
    const [, state] = await Promise.all([setupApi.tryOut(readSetup(text)), setupApi.state(text.siteId)]);
    return state;
  });
  if (asked.kind === 'loading') return <LoadingPart speech={speech} rows={5} />;
  const [first] = problems;
  if (first !== undefined) {
    return (
      <WarnLine>
        {say(first.word, first.filling)} <a href={address(first.step)}>{say(`setup.step${first.step}`)}</a>
      </WarnLine>
    );
  }
  if (asked.kind === 'failed') return <FailedPart failure={asked.failure} speech={speech} again={again} />;
  const online = asked.value.stations.filter((station) => station.online).length;
  const count = text.stations.length;
  const root = text.circuits.find(({ parentId }) => parentId === null);
  const facts: readonly { readonly step: SetupStep; readonly isFine: boolean; readonly sentence: string }[] = [
    { step: 1, isFine: true, sentence: say('setup.checkSite', { s: text.name, z: text.timeZone }) },
    {
      step: 2,
      isFine: true,
      sentence: say('setup.checkFuses', { a: root?.limit ?? '', n: text.circuits.length - 1 }),
    },
    {
      step: 3,
      isFine: count > 0 && online === count,
      sentence: count === 0 ? say('empty.stations') : say('setup.checkStations', { k: online, n: count }),
    },
    {
      step: 5,
      isFine: text.tariffIds.length > 0,
      sentence:
        text.tariffIds.length === 0
          ? say('setup.checkNoPrices')
          : say('setup.checkPrices', { s: text.tariffIds.join(', ') }),
    },
  ];
  return (
    <ul class="facts-list">
      {facts.map(({ step, isFine, sentence }) => (
        <li key={step} class={isFine ? 'tick-line' : ''}>
          <Icon name={isFine ? 'tick' : 'free'} />
          <span>{sentence}</span>
          <a class="small push" href={address(step)}>
            {say('setup.edit')}
            <span class="hidden"> {say(`setup.step${step}`)}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}
