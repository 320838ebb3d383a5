import { useEffect, useRef, useState } from 'preact/hooks';
import type { RequestFailure } from '../../api/client.js';
import { type StationMessage, stationsApi } from '../../api/stations.js';
import { joined } from '../../model/messageLog.js';
import { failureOf } from '../parts/useDocument.js';

const ASK_EVERY_MS = 2_000;

export interface MessageLog {
  /** Undefined until the first answer. */
  readonly messages: readonly StationMessage[] | undefined;
  /** False: some of them are missing. */
  readonly isComplete: boolean;
  readonly failure: RequestFailure | undefined;
  readonly again: () => void;
}

/** What passes between us and a station, as it comes; not while nobody looks. */
export function useMessages(stationId: string): MessageLog {
  const [messages, setMessages] = useState<readonly StationMessage[] | undefined>(undefined);
  const [isComplete, setComplete] = useState(true);
  const [failure, setFailure] = useState<RequestFailure | undefined>(undefined);
  const cursor = useRef<string | undefined>(undefined);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let timer: number | undefined;
    let isWanted = true;
    const ask = async () => {
      let waitMs = ASK_EVERY_MS;
      try {
        if (document.hidden) return;
        const page = await stationsApi.messages(stationId, cursor.current);
        if (!isWanted) return;
        cursor.current = page.cursor;
        setMessages((before) => joined(before ?? [], page.messages));
        setComplete(page.complete);
        setFailure(undefined);
        waitMs = page.more ? 0 : ASK_EVERY_MS;
      } catch (error) {
        if (isWanted) setFailure(failureOf(error));
      } finally {
        if (isWanted) timer = window.setTimeout(ask, waitMs);
      }
    };
    void ask();
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [stationId, turn]);
  return { messages, isComplete, failure, again: () => setTurn((before) => before + 1) };
}
