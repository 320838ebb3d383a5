import { tariffsApi } from '../../api/tariffs.js';
import { EmptyPart, FailedPart, LoadingPart } from '../parts/States.js';
import { useDocument } from '../parts/useDocument.js';
import type { StepProps } from './stepProps.js';

/** The tariffs that the site pays by; all of them count together. */
export function PricesStep({ text, change, speech }: StepProps) {
  const { say } = speech;
  const { asked, again } = useDocument('tariffs', tariffsApi.list);
  if (asked.kind === 'loading') return <LoadingPart speech={speech} />;
  if (asked.kind === 'failed') return <FailedPart failure={asked.failure} speech={speech} again={again} />;
  const { tariffIds } = text;
  if (asked.value.length === 0) {
    return (
      <EmptyPart title={say('empty.prices')}>
        <a href="/tariffs">{say('setup.toTariffs')}</a>
      </EmptyPart>
    );
  }
  return (
    <>
      <fieldset class="checks">
        <legend class="sub">{say('setup.pays')}</legend>
        {asked.value.map(({ tariffId, name, currency }) => (
          <label key={tariffId}>
            <input
              type="checkbox"
              checked={tariffIds.includes(tariffId)}
              onChange={({ currentTarget }) =>
                change({
                  tariffIds: currentTarget.checked
                    ? [...tariffIds, tariffId]
                    : tariffIds.filter((one) => one !== tariffId),
                })
              }
            />
            <span>
              {name ?? tariffId} <span class="sub small">{currency}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <a href="/tariffs">{say('setup.toTariffs')}</a>
    </>
  );
}
