import { useEffect, useRef, useState } from 'preact/hooks';
import type { RequestFailure } from '../../api/client.js';
import {
  type TariffDocument,
  type TariffIssue,
  type TariffSummary,
  tariffsApi,
  type Upload,
} from '../../api/tariffs.js';
import { extensionOf, type FileKind, fileKind } from '../../model/tariffFile.js';
import type { ViewSpeech } from '../../words/views/words.js';
import { SelectField, TextField } from '../parts/Field.js';
import { OutcomeLine, useOutcome } from '../parts/Outcome.js';
import { LoadingPart } from '../parts/States.js';
import { failureOf } from '../parts/useDocument.js';
import { TariffPreview } from './TariffPreview.js';

/** What the service takes at once. */
const FILE_MAX_BYTES = 1024 * 1024;
const CURRENCIES = ['SEK', 'NOK', 'DKK', 'EUR', 'GBP', 'USD', 'CHF', 'PLN'] as const;
const ID = /^[A-Za-z0-9._~*+=|@-]{1,64}$/;
const CHECK_AFTER_MS = 400;

interface Chosen {
  readonly name: string;
  readonly text: string;
  readonly kind: FileKind;
}

type Checked =
  | { readonly kind: 'none' | 'checking' }
  | { readonly kind: 'foreign'; readonly extension: string }
  | { readonly kind: 'tooLarge' }
  | { readonly kind: 'wrong'; readonly issues: readonly TariffIssue[]; readonly message: string }
  | {
      readonly kind: 'right';
      readonly upload: Upload;
      readonly fresh: TariffDocument;
      readonly old: TariffDocument | undefined;
    };

/** A file is dropped, pasted or chosen; read without being stored; looked at; and only then published. */
export function TariffUpload({
  tariff,
  known,
  speech,
  onPublished,
}: {
  /** Undefined: a new one. */
  readonly tariff: TariffSummary | undefined;
  readonly known: readonly TariffSummary[];
  readonly speech: ViewSpeech;
  readonly onPublished: () => void;
}) {
  const { say } = speech;
  const [chosen, setChosen] = useState<Chosen | undefined>(undefined);
  const [checked, setChecked] = useState<Checked>({ kind: 'none' });
  const [isOver, setOver] = useState(false);
  const [terms, setTerms] = useState({
    tariffId: tariff?.tariffId ?? '',
    currency: tariff?.currency ?? 'SEK',
    timeZone: tariff?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  const { outcome, run, undo } = useOutcome();
  const picker = useRef<HTMLInputElement>(null);
  const turn = useRef(0);

  const take = async (name: string, read: () => Promise<string>, bytes: number) => {
    setChosen(undefined);
    if (bytes > FILE_MAX_BYTES) return setChecked({ kind: 'tooLarge' });
    const text = await read();
    const kind = fileKind(name, text);
    if (kind === undefined) return setChecked({ kind: 'foreign', extension: extensionOf(name) });
    setChosen({ name, text, kind });
  };
  const takeFile = (file: File | undefined) => {
    if (file !== undefined) void take(file.name, () => file.text(), file.size);
  };
  const latest = useRef({ take, takeFile });
  latest.current = { take, takeFile };

  // Anywhere on the page: a file that misses the frame must not replace the page.
  useEffect(() => {
    const onDrag = (event: DragEvent) => {
      event.preventDefault();
      setOver(event.type === 'dragover');
      if (event.type === 'drop') latest.current.takeFile(event.dataTransfer?.files[0]);
    };
    const onPaste = (event: ClipboardEvent) => {
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
      const file = event.clipboardData?.files[0];
      const text = event.clipboardData?.getData('text') ?? '';
      if (file !== undefined) latest.current.takeFile(file);
      else if (text !== '') void latest.current.take('', async () => text, text.length);
    };
    for (const type of ['dragover', 'dragleave', 'drop'] as const) window.addEventListener(type, onDrag);
    window.addEventListener('paste', onPaste);
    return () => {
      for (const type of ['dragover', 'dragleave', 'drop'] as const) window.removeEventListener(type, onDrag);
      window.removeEventListener('paste', onPaste);
    };
  }, []);

  const isNew = tariff === undefined;
  const idProblem = idProblemOf(terms.tariffId, isNew ? known : [], say);
  const tried = isNew && idProblem !== undefined ? 'preview' : terms.tariffId;
  useEffect(() => {
    if (chosen === undefined) return;
    turn.current += 1;
    const own = turn.current;
    setChecked({ kind: 'checking' });
    const upload: Upload = { text: chosen.text, ...chosen.kind, timeZone: terms.timeZone, currency: terms.currency };
    const timer = setTimeout(() => {
      Promise.all([tariffsApi.tryOut(tried, upload), isNew ? undefined : tariffsApi.document(terms.tariffId)]).then(
        ([fresh, old]) => own === turn.current && setChecked({ kind: 'right', upload, fresh, old }),
        (error: unknown) => own === turn.current && setChecked(wrongOf(failureOf(error))),
      );
    }, CHECK_AFTER_MS);
    return () => clearTimeout(timer);
  }, [chosen, terms.timeZone, terms.currency, tried]);

  const discard = () => {
    setChosen(undefined);
    setChecked({ kind: 'none' });
    if (picker.current !== null) picker.current.value = '';
  };
  const publish = async () => {
    if (checked.kind !== 'right') return;
    const { upload, old } = checked;
    const store = async () => {
      if (old === undefined || replaces(upload, old)) await tariffsApi.put(terms.tariffId, upload);
      else await tariffsApi.addPrices(terms.tariffId, upload);
      onPublished();
    };
    const back =
      old === undefined
        ? undefined
        : async () => {
            await tariffsApi.put(old.tariffId, {
              ...upload,
              text: JSON.stringify(old),
              type: 'application/json',
              format: 'evenkeel',
            });
            onPublished();
          };
    if (await run(store, back)) discard();
  };

  return (
    <section class="card upload" aria-labelledby="upload-title">
      <h2 id="upload-title">{say(isNew ? 'tariffs.new' : 'tariffs.update')}</h2>
      <div class={isOver ? 'drop over' : 'drop'}>
        <p>{chosen === undefined ? say('tariffs.drop') : chosen.name || say('tariffs.pasted')}</p>
        <button type="button" class="secondary" onClick={() => picker.current?.click()}>
          {say('tariffs.choose')}
        </button>
        <input
          ref={picker}
          type="file"
          class="hidden"
          tabIndex={-1}
          accept=".csv,.json,.xml,.txt,text/csv,application/json,application/xml"
          aria-label={say('tariffs.choose')}
          onChange={({ currentTarget }) => takeFile(currentTarget.files?.[0])}
        />
      </div>
      {chosen !== undefined && isNew && (
        <div class="fields three">
          <TextField
            id="tariff-id"
            label={say('tariffs.id')}
            hint={say('tariffs.idHint')}
            problem={terms.tariffId === '' ? undefined : idProblem}
            value={terms.tariffId}
            onInput={(tariffId) => setTerms({ ...terms, tariffId })}
          />
          <SelectField
            id="tariff-currency"
            label={say('tariffs.currency')}
            value={terms.currency}
            choices={[...new Set([terms.currency, ...CURRENCIES])].map((value) => ({ value, label: value }))}
            onChoose={(currency) => setTerms({ ...terms, currency })}
          />
          <TextField
            id="tariff-zone"
            label={say('setup.timeZone')}
            value={terms.timeZone}
            onInput={(timeZone) => setTerms({ ...terms, timeZone })}
          />
        </div>
      )}
      <div aria-live="polite">
        {checked.kind === 'checking' && <LoadingPart speech={speech} rows={4} />}
        {checked.kind === 'foreign' && <p class="problem-text">{say('tariff.fileType', { x: checked.extension })}</p>}
        {checked.kind === 'tooLarge' && <p class="problem-text">{say('tariffs.tooLarge')}</p>}
        {checked.kind === 'wrong' && <Issues wrong={checked} speech={speech} />}
        {checked.kind === 'right' && <TariffPreview fresh={checked.fresh} old={checked.old} speech={speech} />}
      </div>
      {checked.kind === 'right' && (
        <div class="actions">
          <button
            type="button"
            class="primary"
            disabled={outcome.kind === 'saving' || idProblem !== undefined}
            onClick={() => void publish()}
          >
            {say('tariffs.publish')}
          </button>
          <button type="button" class="quiet" onClick={discard}>
            {say('tariffs.discard')}
          </button>
          {idProblem !== undefined && <span class="sub small">{say('tariffs.needsId')}</span>}
        </div>
      )}
      <OutcomeLine outcome={outcome} onUndo={undo} speech={speech} />
    </section>
  );
}

/** Whole tariffs take the place of the old one; prices are added to it, unless it has none to be added to. */
function replaces({ format }: Upload, old: TariffDocument): boolean {
  return format === 'evenkeel' || format === 'ocpi' || old.components.every(({ kind }) => kind !== 'priceSeries');
}

function idProblemOf(tariffId: string, known: readonly TariffSummary[], say: ViewSpeech['say']): string | undefined {
  if (!ID.test(tariffId)) return say('setup.badId');
  return known.some((one) => one.tariffId === tariffId) ? say('tariffs.taken') : undefined;
}

function wrongOf(failure: RequestFailure): Checked {
  const { problem, message } = failure;
  const issues: unknown = typeof problem === 'object' && problem !== null && 'issues' in problem ? problem.issues : [];
  return { kind: 'wrong', issues: Array.isArray(issues) ? (issues as readonly TariffIssue[]) : [], message };
}

const ISSUES_SHOWN = 12;

/** By line, in the words of the reader of tariffs, which are English. */
function Issues({
  wrong: { issues, message },
  speech: { say },
}: {
  readonly wrong: Extract<Checked, { kind: 'wrong' }>;
  readonly speech: ViewSpeech;
}) {
  if (issues.length === 0) {
    return (
      <p class="problem-text" lang="en">
        {message}
      </p>
    );
  }
  const byLine = [...issues].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  return (
    <div class="issues">
      <p class="problem-text">
        {say(issues.length === 1 ? 'tariffs.oneIssue' : 'tariffs.issues', { n: issues.length })}
      </p>
      <ul>
        {byLine.slice(0, ISSUES_SHOWN).map(({ line, column, path, reason, fix }) => (
          <li key={`${line} ${column} ${path} ${reason}`}>
            <b>{line === undefined ? (path ?? '') : say('tariffs.line', { r: line })}</b>
            {column !== undefined && <span class="sub"> {column}</span>}
            <span lang="en">
              {' '}
              {reason} <span class="sub">{fix}</span>
            </span>
          </li>
        ))}
      </ul>
      {issues.length > ISSUES_SHOWN && (
        <p class="sub small">{say('profiles.more', { n: issues.length - ISSUES_SHOWN })}</p>
      )}
    </div>
  );
}
