import type { ComponentChildren } from 'preact';
import type { RequestFailure } from '../../api/client.js';
import { Icon } from '../../shell/icons.js';
import type { ViewSpeech } from '../../words/views/words.js';

// What a part of a view shows while it has nothing else to show.

/** As tall as what will come, so that nothing moves when it does. */
export function LoadingPart({ speech: { say }, rows = 3 }: { readonly speech: ViewSpeech; readonly rows?: number }) {
  return (
    <div class="loading-part" aria-busy="true">
      <span class="hidden">{say('loading')}</span>
      {Array.from({ length: rows }, (_, row) => (
        <i key={row} />
      ))}
    </div>
  );
}

export function FailedPart({
  failure,
  speech: { say },
  again,
}: {
  readonly failure: RequestFailure;
  readonly speech: ViewSpeech;
  readonly again: () => void;
}) {
  return (
    <div class="failed-part" role="alert">
      <p>
        {failure.status === 403
          ? say('error.denied')
          : failure.status === 0
            ? say('contact.lost')
            : say('error.failed', { d: failure.message })}
      </p>
      <button type="button" class="secondary" onClick={again}>
        {say('form.tryAgain')}
      </button>
    </div>
  );
}

export function EmptyPart({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="empty-part">
      <p>{title}</p>
      {children}
    </div>
  );
}

/** A sentence that asks for attention, where it belongs. */
export function WarnLine({ children }: { readonly children: ComponentChildren }) {
  return (
    <p class="warn-line">
      <Icon name="warn" />
      <span>{children}</span>
    </p>
  );
}
