import { useState } from 'preact/hooks';
import type { ViewSpeech } from '../../words/views/words.js';
import { failureOf } from '../parts/useDocument.js';

/** Fetched as every other answer is, so that no secret stands in an address; then handed to the browser as a file. */
export function DownloadButton({
  fileName,
  label,
  load,
  speech: { say },
}: {
  readonly fileName: string;
  readonly label: string;
  readonly load: () => Promise<string>;
  readonly speech: ViewSpeech;
}) {
  const [hasFailed, setFailed] = useState(false);
  const download = async () => {
    try {
      const address = URL.createObjectURL(new Blob([await load()], { type: 'text/csv' }));
      const link = document.createElement('a');
      link.href = address;
      link.download = fileName;
      link.click();
      URL.revokeObjectURL(address);
      setFailed(false);
    } catch (error) {
      failureOf(error);
      setFailed(true);
    }
  };
  return (
    <button type="button" class="secondary" onClick={() => void download()}>
      {hasFailed ? say('form.tryAgain') : label}
    </button>
  );
}
