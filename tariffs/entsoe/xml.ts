import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { TEXT_MAX } from '../invalidTariff.js';
import { addIssue, type Findings } from '../reading/findings.js';
import { isFields, memberOf, type Place, placeIn, refuse } from '../reading/place.js';

/** Characters: five years of quarter hours. */
const XML_TEXT_MAX = 16_000_000;
/** A price has three, and there may be as many as fit in XML_TEXT_MAX. */
const ELEMENTS_MAX = 600_000;
/** A publication has five levels. */
const DEPTH_MAX = 16;
const REPEATED = new Set(['TimeSeries', 'Period', 'Point', 'Reason']);

/**
 * The root element of an XML document; undefined after reporting why there is none. Names are local: prefixes and namespaces vary with
 * the version. A document type declaration is refused before anything is parsed: entities are how a kilobyte becomes gigabytes, or
 * reads files.
 */
export function xmlDocument(input: unknown, findings: Findings): Place | undefined {
  if (typeof input !== 'string') return report(findings, 'This is no text.', 'Give the XML document as text.');
  const reason = whyNotParsed(input);
  if (reason !== undefined) return report(findings, reason, 'Give the document as the market published it.');
  const text = input.startsWith('\uFEFF') ? input.slice(1) : input;
  return validXml(text, findings) ? parsed(text, findings) : undefined;
}

function whyNotParsed(text: string): string | undefined {
  if (text.length > XML_TEXT_MAX) return `The document has ${text.length} characters, more than ${XML_TEXT_MAX}.`;
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text))
    return 'The document declares a document type or entities, which is not read.';
  let elements = 0;
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at + 1)) {
    if (text[at + 1] !== '/') elements += 1;
  }
  return elements > ELEMENTS_MAX ? `The document has more than ${ELEMENTS_MAX} elements.` : undefined;
}

function validXml(text: string, findings: Findings): boolean {
  const validity = XMLValidator.validate(text);
  if (validity === true) return true;
  const { msg, line } = validity.err;
  addIssue(findings, 'INVALID_TARIFF', () => ({
    reason: `This is no XML: ${msg.slice(0, TEXT_MAX)}`,
    fix: 'Give the whole document, as it was published.',
    line,
  }));
  return false;
}

function parsed(text: string, findings: Findings): Place | undefined {
  const parser = new XMLParser({
    ignoreAttributes: true,
    ignoreDeclaration: true,
    ignorePiTags: true,
    isArray: (name) => REPEATED.has(name),
    maxNestedTags: DEPTH_MAX,
    parseTagValue: false,
    processEntities: false,
    removeNSPrefix: true,
  });
  let roots: unknown;
  try {
    roots = parser.parse(text);
  } catch (error) {
    // What the validator lets pass and the parser does not: too deep, or names that JavaScript reserves.
    const why = error instanceof Error ? error.message.slice(0, TEXT_MAX) : '';
    return report(findings, `The XML can't be read: ${why}.`, 'Give the document as the market published it.');
  }
  const names = isFields(roots) ? Object.keys(roots) : [];
  const [name] = names;
  if (!isFields(roots) || name === undefined || names.length > 1) {
    return report(findings, 'The XML has not one root element.', 'Give one document.');
  }
  return placeIn({ value: roots, findings }, name, memberOf(roots, name));
}

function report(findings: Findings, reason: string, fix: string): undefined {
  addIssue(findings, 'INVALID_TARIFF', () => ({ reason, fix }));
  return undefined;
}

/** The child elements of a name, counted from 1 as XPath does. */
export function childrenOf(element: Place, name: string): Place[] {
  const value = isFields(element.value) ? memberOf(element.value, name) : undefined;
  if (value === undefined) return [];
  if (!Array.isArray(value)) return [placeIn(element, name, value)];
  return value.map((child: unknown, index) => placeIn(element, `${name}[${index + 1}]`, child));
}

/** The only child element of a name; undefined where there is none; reported where there are several. */
export function childOf(element: Place, name: string): Place | undefined {
  const [child, second] = childrenOf(element, name);
  return second === undefined ? child : refuse(second, { reason: `${name} stands here twice.`, fix: 'Give it once.' });
}

/** The text of the only child element of a name; undefined where there is none; reported where it is no text. */
export function textOf(element: Place, name: string): string | undefined {
  const child = childOf(element, name);
  if (child === undefined) return undefined;
  if (typeof child.value === 'string') return child.value;
  return refuse(child, { reason: `${name} should be a text.`, fix: 'Give no elements in it.' });
}

/** A text that there must be. */
export function requiredText(element: Place, name: string): string | undefined {
  const text = textOf(element, name);
  if (text !== undefined || childrenOf(element, name).length > 0) return text;
  return refuse(element, { reason: `${name} is missing.`, fix: `Give a ${name}.` });
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Text that people read, on one line. */
export function readable(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (all, name: string) => ENTITIES[name] ?? all).replace(/\s+/g, ' ');
}
