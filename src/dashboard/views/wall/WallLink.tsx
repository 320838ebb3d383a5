import { useState } from 'preact/hooks';
import { accountsApi } from '../../api/accounts.js';
import type { SiteSummary } from '../../api/documents.js';
import { useSite } from '../../shell/context.js';
import { addresses } from '../../shell/route.js';
import { viewSpeech } from '../../words/views/words.js';
import { Asking } from '../parts/Asking.js';
import { Secret } from '../parts/Secret.js';
import { failureOf } from '../parts/useDocument.js';

const A_YEAR_MS = 365 * 86_400_000;

/**
 * Makes a key that only looks, at this site only, and puts it into an address: after the #, which browsers send to nobody. Asked
 * before, since whoever has the address can look.
 */
export function WallLink({ onDone }: { readonly onDone: () => void }) {
  const { screen, site } = useSite();
  const speech = viewSpeech(screen.speech.value);
  const { say } = speech;
  const [link, setLink] = useState<string | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const answer = async (given: 'yes' | 'no') => {
    if (given === 'no') return onDone();
    try {
      setLink(await makeLink(site, say('wall.keyName', { s: site.name })));
    } catch (error) {
      setProblem(failureOf(error).message);
    }
  };
  if (problem !== undefined) return <p role="alert">{say('error.failed', { d: problem })}</p>;
  if (link === undefined) {
    return (
      <Asking
        title={say('wall.linkTitle')}
        text={say('wall.linkText')}
        yes={say('wall.make')}
        speech={speech}
        onAnswer={(given) => void answer(given)}
      />
    );
  }
  return (
    <Secret title={say('wall.linkTitle')} text={say('wall.linkOnce')} secret={link} speech={speech} onDone={onDone} />
  );
}

async function makeLink({ siteId }: SiteSummary, name: string): Promise<string> {
  const expiresAt = new Date(Date.now() + A_YEAR_MS).toISOString();
  const { key } = await accountsApi.makeKey({ name, role: 'viewer', siteIds: [siteId], expiresAt });
  return `${location.origin}${addresses.wall(siteId)}#key=${key}`;
}
