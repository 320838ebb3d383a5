import { useEffect, useRef, useState } from 'preact/hooks';
import type { ViewSpeech } from '../../words/views/words.js';

/** What is shown once: it can be copied, and is gone when it is put away. */
export function Secret({
  title,
  text,
  secret,
  speech: { say },
  onDone,
}: {
  readonly title: string;
  readonly text: string;
  readonly secret: string;
  readonly speech: ViewSpeech;
  readonly onDone: () => void;
}) {
  const [isCopied, setCopied] = useState(false);
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.focus(), []);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(secret);
      setCopied(true);
    } catch {
      // Not everywhere a page may write there: it is selected, to be copied by hand.
      const code = box.current?.querySelector('code');
      if (code != null) window.getSelection()?.selectAllChildren(code);
    }
  };
  return (
    <section ref={box} class="card secret" tabIndex={-1} aria-labelledby="secret-title">
      <h2 id="secret-title">{title}</h2>
      <p class="sub">{text}</p>
      <p class="address">
        <code>{secret}</code>
        <button type="button" class="secondary" onClick={() => void copy()}>
          {say(isCopied ? 'stations.copied' : 'stations.copy')}
        </button>
      </p>
      <div class="actions">
        <button type="button" class="primary" onClick={onDone}>
          {say('keys.done')}
        </button>
      </div>
    </section>
  );
}
