import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { StationMessage } from '../../api/stations.js';
import { heightOf, isRefusal, type Rows, topOf, windowOf } from '../../model/messageLog.js';
import { localeOf } from '../../model/siteTime.js';
import { Icon } from '../../shell/icons.js';
import type { ViewSpeech } from '../../words/views/words.js';

const ROW_PX = 36;
const NARROW_ROW_PX = 56;
const NARROW_PX = 720;
const OPEN_PX = 260;
/** Nearer to the end than this, new ones are followed. */
const AT_END_PX = 24;

/**
 * Only the rows in sight are there: thousands would be slow. The newest is last, and is followed while the end is in sight; a row
 * that is open stays where it is.
 */
export function MessageTable({
  messages,
  follows,
  label,
  speech,
}: {
  readonly messages: readonly StationMessage[];
  readonly follows: boolean;
  readonly label: string;
  readonly speech: ViewSpeech;
}) {
  const { say } = speech;
  const box = useRef<HTMLDivElement>(null);
  const [scrolled, setScrolled] = useState({ topPx: 0, heightPx: 600 });
  const [openSeq, setOpenSeq] = useState<number | undefined>(undefined);
  const isAtEnd = useRef(true);
  const openAt = openSeq === undefined ? -1 : messages.findIndex(({ seq }) => seq === openSeq);
  const rows: Rows = {
    count: messages.length,
    rowPx: window.innerWidth <= NARROW_PX ? NARROW_ROW_PX : ROW_PX,
    openAt: openAt === -1 ? undefined : openAt,
    openPx: OPEN_PX,
  };
  const [from, to] = windowOf(rows, scrolled.topPx, scrolled.heightPx);
  const look = () => {
    const { current } = box;
    if (current === null) return;
    const { scrollTop: topPx, clientHeight: heightPx, scrollHeight } = current;
    isAtEnd.current = scrollHeight - topPx - heightPx < AT_END_PX;
    if (topPx !== scrolled.topPx || heightPx !== scrolled.heightPx) setScrolled({ topPx, heightPx });
  };
  const newest = messages.at(-1)?.seq;
  useLayoutEffect(() => {
    const { current } = box;
    if (current !== null && follows && isAtEnd.current && openSeq === undefined) current.scrollTop = current.scrollHeight;
    look();
  }, [newest, messages.length, follows]);
  const times = timeFormat(speech);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
    <div ref={box} class="log-box" onScroll={look} tabIndex={0} role="region" aria-label={label}>
      <div role="table" aria-label={label} aria-rowcount={messages.length + 1} aria-colcount={5}>
        <div role="rowgroup" class="log-head">
          <div role="row" aria-rowindex={1} class="log-row">
            <span role="columnheader">{say('log.time')}</span>
            <span role="columnheader">{say('log.way')}</span>
            <span role="columnheader">{say('log.what')}</span>
            <span role="columnheader">{say('log.took')}</span>
            <span role="columnheader">{say('log.answer')}</span>
          </div>
        </div>
        <div role="rowgroup" class="log-rows" style={{ height: `${heightOf(rows)}px` }}>
          {messages.slice(from, to).map((message, place) => (
            <MessageRow
              key={message.seq}
              message={message}
              rowIndex={from + place + 2}
              topPx={topOf(rows, from + place)}
              rowPx={rows.rowPx}
              isOpen={message.seq === openSeq}
              onToggle={() => setOpenSeq(message.seq === openSeq ? undefined : message.seq)}
              time={times.format(Date.parse(message.at))}
              speech={speech}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

function MessageRow({
  message,
  rowIndex,
  topPx,
  rowPx,
  isOpen,
  onToggle,
  time,
  speech: { say, numbers },
}: {
  readonly message: StationMessage;
  readonly rowIndex: number;
  readonly topPx: number;
  readonly rowPx: number;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly time: string;
  readonly speech: ViewSpeech;
}) {
  const { direction, kind, action, status, tookMs, sizeBytes, payload, messageId } = message;
  const refused = isRefusal(message);
  const answer = status ?? (kind === 'error' ? say('log.error') : say(`log.${kind}`));
  return (
    <div
      role="row"
      aria-rowindex={rowIndex}
      class={`log-row ${isOpen ? 'open' : ''} ${refused ? 'refused' : ''}`}
      style={{ transform: `translateY(${topPx}px)`, height: `${isOpen ? rowPx + OPEN_PX : rowPx}px` }}
    >
      <span role="cell" class="time">
        {time}
      </span>
      <span role="cell" class={`way ${direction}`}>
        <span aria-hidden="true">{direction === 'fromStation' ? '←' : '→'}</span>
        <span class="hidden">{say(`log.${direction}`)}</span>
      </span>
      <span role="cell" class="what">
        <button type="button" aria-expanded={isOpen} onClick={onToggle}>
          {action}
        </button>
      </span>
      <span role="cell" class="took">
        {tookMs === undefined ? '' : `${numbers.count(tookMs)}\u00a0ms`}
      </span>
      <span role="cell" class="answer">
        {refused && <Icon name="warn" />}
        {answer}
        {isOpen && (
          <div class="log-json" style={{ top: `${rowPx}px`, height: `${OPEN_PX - 12}px` }}>
            <p class="sub small">
              {messageId} · {say('log.bytes', { n: numbers.count(sizeBytes) })}
            </p>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
            <pre tabIndex={0}>{JSON.stringify(payload, undefined, 2)}</pre>
          </div>
        )}
      </span>
    </div>
  );
}

/** To the millisecond, by the clock of the site. */
function timeFormat({ language, timeZone }: ViewSpeech): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(localeOf(language), {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
    timeZone,
  });
}
