import { Problem } from '../../site/problem.js';
import { findTransaction } from '../../site/sites.js';
import type { ViewContext } from '../views.js';
import { sessionWhyView } from './sessionWhy.js';
import { WhyRecorder, type WhyRecorderOptions } from './whyRecorder.js';
import type { SessionWhyView, WhyService } from './whyService.js';

export interface WhyDeskOptions extends WhyRecorderOptions {
  /** Throws Problem SITE_NOT_FOUND. */
  readonly viewContext: (siteId: string) => ViewContext;
}

export class WhyDesk implements WhyService {
  private readonly options: WhyDeskOptions;
  private readonly recorder: WhyRecorder;

  constructor(options: WhyDeskOptions) {
    this.options = options;
    this.recorder = new WhyRecorder(options);
  }

  ofSession(siteId: string, sessionId: string): SessionWhyView {
    const context = this.options.viewContext(siteId);
    const at = findTransaction(context.state, sessionId);
    const transaction = at?.evseState.transaction ?? null;
    if (at === undefined || transaction === null)
      throw new Problem('SESSION_NOT_FOUND', `Site "${siteId}" has no open session "${sessionId}".`);
    return sessionWhyView(context, at, transaction, this.recorder.of(siteId, transaction.sessionId));
  }

  /** What a reader could see of the site is another now. */
  changed(siteId: string): void {
    this.recorder.changed(siteId);
  }

  close(): void {
    this.recorder.close();
  }
}
