import { useState } from 'preact/hooks';
import type { Car } from '../../model/cars.js';
import type { Alarm } from '../../model/headline.js';
import { needsOf, PRIORITY_MOST } from '../../model/needs.js';
import { useSite } from '../../shell/context.js';
import { Icon } from '../../shell/icons.js';
import { addresses } from '../../shell/route.js';

const SHOWN_AT_MOST = 3;

/** Only what somebody should act on. */
export function Alarms({
  alarms,
  cars,
  canEdit,
}: {
  readonly alarms: readonly Alarm[];
  readonly cars: readonly Car[];
  readonly canEdit: boolean;
}) {
  return (
    <>
      {alarms.slice(0, SHOWN_AT_MOST).map((alarm) => (
        <div key={alarm.text} class={`banner ${alarm.kind === 'over' ? 'lost' : ''}`}>
          <Icon name="warn" />
          <div>
            <b>{alarm.text}</b>
            {alarm.sessionId !== undefined && (
              <div class="sub">{cars.find(({ sessionId }) => sessionId === alarm.sessionId)?.why}</div>
            )}
          </div>
          {alarm.sessionId !== undefined && canEdit && <PriorityLink sessionId={alarm.sessionId} />}
        </div>
      ))}
    </>
  );
}

function PriorityLink({ sessionId }: { readonly sessionId: string }) {
  const { screen } = useSite();
  const [hasFailed, setFailed] = useState(false);
  const { say } = screen.speech.value;
  const session = screen.feed.sessions.value.find((one) => one.sessionId === sessionId);
  if (session === undefined) return null;
  if ((needsOf(session).priority ?? 0) >= PRIORITY_MOST) {
    return <a href={addresses.car(screen.feed.siteId, sessionId)}>{say('car.changeLeave')}</a>;
  }
  const give = async () => (await import('../needs.js')).givePriority(screen.feed, session);
  return (
    <button type="button" class="link" onClick={() => give().catch(() => setFailed(true))}>
      {say(hasFailed ? 'form.tryAgain' : 'live.givePriority')}
    </button>
  );
}
