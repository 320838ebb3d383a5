import { useState } from 'preact/hooks';
import { accountsApi } from '../../api/accounts.js';
import { differences } from '../../model/difference.js';
import { momentText } from '../../model/months.js';
import type { ViewSpeech } from '../../words/views/words.js';
import { WarnLine } from './States.js';

/** Somebody else changed it since it was read. */
export interface Clash {
  readonly theirs: unknown;
  readonly mine: unknown;
  /** Undefined: whoever reads may not see who changed what. */
  readonly by: { readonly name: string; readonly atMs: number } | undefined;
}

/**
 * What is stored is read once more before it is overwritten. The API has no precondition for a change, so that of two who save within
 * the same moment the later one wins all the same; this finds those who had a form open for minutes.
 */
export async function clashWith(
  began: unknown,
  mine: unknown,
  { read, siteId, target }: { readonly read: () => Promise<unknown>; readonly siteId: string; readonly target: string },
): Promise<Clash | undefined> {
  let theirs: unknown;
  try {
    theirs = await read();
  } catch {
    // Saving will fail for the same reason, and says why.
    return undefined;
  }
  if (JSON.stringify(theirs) === JSON.stringify(began)) return undefined;
  return { theirs, mine, by: await lastChange(siteId, target) };
}

async function lastChange(siteId: string, target: string): Promise<Clash['by']> {
  try {
    const { entries } = await accountsApi.audit(undefined, siteId);
    const found = entries.find((entry) => entry.target === target);
    return found === undefined ? undefined : { name: found.actor.name, atMs: Date.parse(found.at) };
  } catch {
    return undefined;
  }
}

/** Says so, shows both on demand, and leaves the choice to the reader. */
export function ClashPart({
  clash: { theirs, mine, by },
  onKeep,
  onTake,
  speech,
}: {
  readonly clash: Clash;
  readonly onKeep: () => void;
  readonly onTake: () => void;
  readonly speech: ViewSpeech;
}) {
  const { say } = speech;
  const [showsBoth, setShowsBoth] = useState(false);
  return (
    <div class="clash" role="alert">
      <WarnLine>
        {by === undefined
          ? say('form.clashSomebody')
          : say('form.clash', { w: by.name, t: momentText(by.atMs, speech) })}{' '}
        {!showsBoth && (
          <button type="button" class="link" onClick={() => setShowsBoth(true)}>
            {say('form.showBoth')}
          </button>
        )}
      </WarnLine>
      {showsBoth && (
        <>
          <table class="changes">
            <thead>
              <tr>
                <th scope="col">{say('audit.what')}</th>
                <th scope="col">{say('form.theirs')}</th>
                <th scope="col">{say('form.mine')}</th>
              </tr>
            </thead>
            <tbody>
              {differences(theirs, mine).map(({ path, before, after }) => (
                <tr key={path}>
                  <th scope="row">
                    <code>{path}</code>
                  </th>
                  <td>{before ?? say('missing')}</td>
                  <td>{after ?? say('missing')}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <div class="actions">
            <button type="button" class="secondary" onClick={onKeep}>
              {say('form.keepMine')}
            </button>
            <button type="button" class="secondary" onClick={onTake}>
              {say('form.takeTheirs')}
            </button>
          </div>
        </>
      )}
    </div>
  );
}
