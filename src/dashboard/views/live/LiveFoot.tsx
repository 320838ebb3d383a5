import type { ComponentType } from 'preact';
import { useState } from 'preact/hooks';
import type { Speech } from '../../model/speech.js';
import { me } from '../../session.js';
import { addresses } from '../../shell/route.js';

type Making = ComponentType<{ readonly onDone: () => void }>;

/** The same for a screen on a wall, which nobody signs in to; only who makes keys can make a link to it. */
export function LiveFoot({ siteId, speech: { say } }: { readonly siteId: string; readonly speech: Speech }) {
  const [making, setMaking] = useState<{ readonly View: Making } | undefined>(undefined);
  const who = me();
  const canMake = who !== undefined && who.siteIds === null && (who.role === 'admin' || who.role === 'owner');
  const make = () => {
    import('../wall/WallLink.js').then(
      ({ WallLink }) => setMaking({ View: WallLink }),
      // Without contact no key could be made either: the banner says so.
      () => undefined,
    );
  };
  return (
    <>
      {making !== undefined && <making.View onDone={() => setMaking(undefined)} />}
      <p class="live-foot">
        <a href={addresses.wall(siteId)}>{say('nav.wall')}</a>
        {canMake && (
          <button type="button" class="link" onClick={make}>
            {say('live.wallLink')}
          </button>
        )}
      </p>
    </>
  );
}
