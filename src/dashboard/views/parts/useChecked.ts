import { useEffect, useRef, useState } from 'preact/hooks';

const CHECK_AFTER_MS = 400;

/** What is written in a form, and what is wrong with it: looked at 400 ms after the last key, and when it is to be saved. */
export function useChecked<Text, Problem>(first: Text, problemsOf: (text: Text) => readonly Problem[]) {
  const [text, setText] = useState(first);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const timer = useRef<number | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const check = (of: Text = text) => {
    clearTimeout(timer.current);
    const found = problemsOf(of);
    setProblems(found);
    return found;
  };
  const change = (changes: Partial<Text>) => {
    const next = { ...text, ...changes };
    setText(next);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => check(next), CHECK_AFTER_MS);
  };
  return { text, problems, change, check };
}
