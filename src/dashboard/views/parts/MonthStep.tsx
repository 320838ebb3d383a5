import { monthBy, monthName } from '../../model/months.js';
import { Icon } from '../../shell/icons.js';
import type { ViewSpeech } from '../../words/views/words.js';

export function MonthStep({
  month,
  latest,
  onChoose,
  speech: { say, language },
}: {
  readonly month: string;
  /** The last one that there is something to see of; undefined: there is always more to come. */
  readonly latest?: string;
  readonly onChoose: (month: string) => void;
  readonly speech: ViewSpeech;
}) {
  return (
    <div class="month-step">
      <button type="button" class="quiet" aria-label={say('month.before')} onClick={() => onChoose(monthBy(month, -1))}>
        <Icon name="back" />
      </button>
      <b aria-live="polite">{monthName(month, language)}</b>
      <button
        type="button"
        class="quiet forward"
        aria-label={say('month.after')}
        disabled={latest !== undefined && month >= latest}
        onClick={() => onChoose(monthBy(month, 1))}
      >
        <Icon name="back" />
      </button>
    </div>
  );
}
