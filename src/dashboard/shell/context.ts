import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { SiteSummary } from '../api/documents.js';
import type { Screen } from '../live/screen.js';

/** A site that is shown, and what is known of it. */
export interface SiteScope {
  readonly screen: Screen;
  readonly site: SiteSummary;
}

export const SiteContext = createContext<SiteScope | undefined>(undefined);

/** For views of a site, which are drawn only when it is known. */
export function useSite(): SiteScope {
  const scope = useContext(SiteContext);
  if (scope === undefined) throw new Error('a view of a site was drawn outside of one');
  return scope;
}
