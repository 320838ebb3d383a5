import { useMemo } from 'preact/hooks';
import type { TariffDocument } from '../../api/tariffs.js';
import { StepFigure } from '../../charts/StepFigure.js';
import { gapsIn, pricePicture, stretchesOf, unusualPrices } from '../../model/tariffFile.js';
import { Icon } from '../../shell/icons.js';
import type { ViewSpeech } from '../../words/views/words.js';
import { WarnLine } from '../parts/States.js';

const QUESTIONS_SHOWN = 3;

/** What the file says, before anything is changed. */
export function TariffPreview({
  fresh,
  old,
  speech,
}: {
  readonly fresh: TariffDocument;
  readonly old: TariffDocument | undefined;
  readonly speech: ViewSpeech;
}) {
  const { say, numbers, clock, language } = speech;
  const { stretches, picture, unusual, gaps } = useMemo(() => {
    const all = stretchesOf(fresh);
    const before = old === undefined ? [] : stretchesOf(old);
    return {
      stretches: all,
      picture: pricePicture(all, before, { currency: fresh.currency, nowMs: Date.now(), speech }),
      unusual: unusualPrices(all),
      gaps: gapsIn(all),
    };
  }, [fresh, old, language]);
  const nowMs = Date.now();
  const [first, last] = [stretches[0], stretches.at(-1)];
  const prices = stretches.map(({ pricePerKwh }) => pricePerKwh);
  return (
    <div class="preview">
      <p class="warn-line tick-line">
        <Icon name="tick" />
        <span>
          {stretches.length === 0
            ? say('tariffs.noPrices', { n: fresh.components.length })
            : say('tariff.fileOk', { n: numbers.count(stretches.length) })}
          {first !== undefined && last !== undefined && (
            <span class="sub">
              {' '}
              {say('tariffs.span', { a: clock.when(first.startMs, nowMs), b: clock.when(last.endMs, nowMs) })}
            </span>
          )}
        </span>
      </p>
      {unusual.slice(0, QUESTIONS_SHOWN).map(({ row, times }) => (
        <WarnLine key={row}>{say('tariff.unit', { r: row, k: times })}</WarnLine>
      ))}
      {gaps.slice(0, QUESTIONS_SHOWN).map(({ startMs, endMs }) => (
        <WarnLine key={startMs}>
          {say('tariff.gap', { t: `${clock.when(startMs, nowMs)}–${clock.time(endMs)}` })}
        </WarnLine>
      ))}
      {fresh.warnings.map((warning) => (
        <WarnLine key={warning}>
          <span lang="en">{warning}</span>
        </WarnLine>
      ))}
      {first !== undefined ? (
        <>
          <p class="sub small chart-unit">{say('plan.priceUnit', { u: picture.unit })}</p>
          <StepFigure
            picture={picture}
            summary={say('tariffs.chart', {
              a: numbers.price(Math.min(...prices), fresh.currency),
              b: numbers.price(Math.max(...prices), fresh.currency),
            })}
            speech={speech}
          />
        </>
      ) : (
        <ul class="quirks">
          {fresh.components.map(({ id, kind }) => (
            <li key={id}>
              {id} <span class="sub small">{kind}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
