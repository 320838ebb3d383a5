import { useState } from 'preact/hooks';
import type { StationMessage } from '../../api/stations.js';
import { actionsIn, filtered, type LogFilter, MESSAGES_KEPT_MAX } from '../../model/messageLog.js';
import { useSite } from '../../shell/context.js';
import { query, setQuery } from '../../shell/location.js';
import { viewSpeech } from '../../words/views/words.js';
import { EmptyPart, FailedPart, LoadingPart, WarnLine } from '../parts/States.js';
import { MessageTable } from './MessageTable.js';
import { useMessages } from './useMessages.js';

/** What passes between us and the station, as it comes. */
export function StationLogTab({ stationId }: { readonly stationId: string }) {
  const { screen } = useSite();
  const speech = viewSpeech(screen.speech.value);
  const { say, numbers } = speech;
  const { messages, isComplete, failure, again } = useMessages(stationId);
  const [held, setHeld] = useState<readonly StationMessage[] | undefined>(undefined);
  const asked = query.value;
  const filter: LogFilter = { action: asked.get('type') ?? undefined, errorsOnly: asked.get('errors') === '1' };
  const all = held ?? messages ?? [];
  const known = actionsIn(all);
  const choices = filter.action === undefined || known.includes(filter.action) ? known : [filter.action, ...known];
  const shown = filtered(all, filter);
  const missed = held === undefined ? 0 : newerThan(messages ?? [], held.at(-1)?.seq);
  return (
    <div class="card log">
      <header>
        <h2>{say('log.title')}</h2>
        <div class="log-tools">
          <label>
            <span class="hidden">{say('log.type')}</span>
            <select
              value={filter.action ?? ''}
              onChange={({ currentTarget }) => setQuery({ type: currentTarget.value || undefined })}
            >
              <option value="">{say('log.allTypes')}</option>
              {choices.map((action) => (
                <option key={action} value={action}>
                  {action}
                </option>
              ))}
            </select>
          </label>
          <label class="tick">
            <input
              type="checkbox"
              checked={filter.errorsOnly}
              onChange={({ currentTarget }) => setQuery({ errors: currentTarget.checked ? '1' : undefined })}
            />
            {say('log.errorsOnly')}
          </label>
          <button
            type="button"
            class="secondary"
            aria-pressed={held !== undefined}
            onClick={() => setHeld(held === undefined ? (messages ?? []) : undefined)}
          >
            {held === undefined ? say('log.pause') : say('log.goOn', { n: numbers.count(missed) })}
          </button>
        </div>
      </header>
      {messages === undefined && failure === undefined && <LoadingPart speech={speech} rows={8} />}
      {failure !== undefined && <FailedPart failure={failure} speech={speech} again={again} />}
      {!isComplete && <WarnLine>{say('log.incomplete')}</WarnLine>}
      {messages !== undefined && all.length === 0 && <EmptyPart title={say('log.none')} />}
      {all.length > 0 && shown.length === 0 && (
        <p class="sub">
          {say('empty.match')}{' '}
          <button type="button" class="link" onClick={() => setQuery({ type: undefined, errors: undefined })}>
            {say('empty.clear')}
          </button>
        </p>
      )}
      {shown.length > 0 && (
        <MessageTable messages={shown} speech={speech} follows={held === undefined} label={say('log.title')} />
      )}
      <p class="sub small log-foot">{say('log.kept', { n: numbers.count(MESSAGES_KEPT_MAX) })}</p>
    </div>
  );
}

function newerThan(messages: readonly StationMessage[], seq: number | undefined): number {
  return seq === undefined ? messages.length : messages.filter((one) => one.seq > seq).length;
}
