import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { StationMessage } from '../../api/stations.js';
import { heightOf, isRefusal, type Rows, topOf, windowOf } from '../../model/messageLog.js';
import { localeOf } from '../../model/siteTime.js';
import { Icon } from '../../shell/icons.js';
import type { ViewSpeech } from '../../words/views/words.js';

/** As the style sheet has them: which rows are in sight is reckoned from them. */
const ROW_PX = 36;
const NARROW_ROW_PX = 56;
const NARROW_PX = 720;
const OPEN_PX = 260;
/** Nearer to the end than this, new ones are followed. */
const AT_END_PX = 24;
const COLUMNS = 5;

/**
 * Only the rows in sight are there: thousands would be slow. The newest is last, and is followed while the end is in sight; while a
 * row is open nothing moves by itself.
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
  const box = useRef<HTMLElement>(null);
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
    const isFollowed = follows && isAtEnd.current && openSeq === undefined;
    if (current !== null && isFollowed) current.scrollTop = current.scrollHeight;
    look();
  }, [newest, messages.length, follows]);
  const times = timeFormat(speech);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard.
    <section ref={box} class="log-box" onScroll={look} tabIndex={0} aria-label={label}>
      <table class="log-table" aria-rowcount={messages.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col">{say('log.time')}</th>
            <th scope="col">{say('log.way')}</th>
            <th scope="col">{say('log.what')}</th>
            <th scope="col" class="right">
              {say('log.took')}
            </th>
            <th scope="col">{say('log.answer')}</th>
          </tr>
        </thead>
        <tbody>
          <Gap heightPx={topOf(rows, from)} />
          {messages.slice(from, to).map((message, place) => (
            <MessageRow
              key={message.seq}
              message={message}
              rowIndex={from + place + 2}
              isOpen={message.seq === openSeq}
              onToggle={() => setOpenSeq(message.seq === openSeq ? undefined : message.seq)}
              time={times.format(Date.parse(message.at))}
              speech={speech}
            />
          ))}
          <Gap heightPx={heightOf(rows) - topOf(rows, to)} />
        </tbody>
      </table>
    </section>
  );
}

/** In the place of the rows that are not there. */
function Gap({ heightPx }: { readonly heightPx: number }) {
  return heightPx <= 0 ? null : <tr class="gap" style={{ height: `${heightPx}px` }} />;
}

function MessageRow({
  message,
  rowIndex,
  isOpen,
  onToggle,
  time,
  speech: { say, numbers },
}: {
  readonly message: StationMessage;
  readonly rowIndex: number;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly time: string;
  readonly speech: ViewSpeech;
}) {
  const { direction, kind, action, status, tookMs, sizeBytes, payload, messageId, cut } = message;
  const refused = isRefusal(message);
  return (
    <>
      <tr aria-rowindex={rowIndex} class={`${isOpen ? 'open' : ''} ${refused ? 'refused' : ''}`}>
        <td class="time">{time}</td>
        <td class={`way ${direction}`}>
          <span aria-hidden="true">{direction === 'fromStation' ? '←' : '→'}</span>
          <span class="hidden">{say(`log.${direction}`)}</span>
        </td>
        <th scope="row" class="what">
          <button type="button" aria-expanded={isOpen} onClick={onToggle}>
            {action ?? say('log.noAction')}
          </button>
        </th>
        <td class="took right">{tookMs === undefined ? '' : `${numbers.count(Math.round(tookMs))}\u00a0ms`}</td>
        <td class="answer">
          {refused && <Icon name="warn" />}
          {status ?? say(`log.${kind}`)}
        </td>
      </tr>
      {isOpen && (
        <tr class="log-json">
          <td colSpan={COLUMNS}>
            <p class="sub small">
              {messageId === null ? '' : `${messageId} · `}
              {say('log.bytes', { n: numbers.count(sizeBytes) })}
              {cut === true && ` · ${say('log.cut')}`}
            </p>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard. */}
            <pre tabIndex={0}>{JSON.stringify(payload, undefined, 2)}</pre>
          </td>
        </tr>
      )}
    </>
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
