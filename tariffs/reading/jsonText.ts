import { TEXT_MAX } from '../invalidTariff.js';
import { addIssue, type Findings } from './findings.js';
import { type Flaw, flawIn } from './jsonFlaw.js';
import type { Place } from './place.js';

/** Characters. The largest document that is taken, of 300,000 prices, has a quarter of that. */
const JSON_TEXT_MAX = 32_000_000;

/**
 * The value of a JSON document: text is parsed, anything else is taken as parsed already. Undefined after reporting what is wrong.
 * A member that stands twice in one object is refused, where JSON.parse would take the last in silence.
 */
export function jsonDocument(input: unknown, findings: Findings): Place | undefined {
  if (typeof input !== 'string') return { value: input, findings };
  if (input.length > JSON_TEXT_MAX) {
    return report(findings, input, {
      reason: `The document has ${input.length} characters, more than ${JSON_TEXT_MAX}.`,
      fix: 'Upload a shorter span of prices.',
    });
  }
  const text = input.startsWith('\uFEFF') ? input.slice(1) : input;
  const flaw = flawIn(text);
  return flaw === undefined ? { value: JSON.parse(text), findings } : report(findings, text, flaw);
}

function report(findings: Findings, text: string, { reason, fix, offset }: Flaw): undefined {
  addIssue(findings, 'INVALID_TARIFF', () => {
    if (offset === undefined) return { reason, fix };
    const [shown = ''] = text.slice(offset, offset + TEXT_MAX).split(/[\r\n]/, 1);
    return { reason, fix, line: lineOf(text, offset), ...(shown === '' ? {} : { text: shown }) };
  });
  return undefined;
}

function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
