import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

const FOLDER = new URL('..', import.meta.url).pathname;

/** The ids that a name begins with: "TC_K_53 TC_K_57 is given a schedule". */
const IDS = /^(?:TC_[A-Z0-9_]+ )*TC_[A-Z0-9_]+/;
const TEST = /^it(\.each(<.*>)?\(.*\))?$/s;

/** Each certification case that a test of test/conformance names, and the files of those tests. Skipped tests name nothing. */
export function casesInTests(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const path of readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.ts')) continue;
    const file = relative(FOLDER, join(FOLDER, path));
    for (const id of idsIn(join(FOLDER, path))) found.set(id, (found.get(id) ?? new Set()).add(file));
  }
  return new Map([...found].map(([id, files]) => [id, [...files].sort()]));
}

function idsIn(path: string): readonly string[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const ids: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && TEST.test(node.expression.getText())) {
      const [title] = node.arguments;
      if (title !== undefined) ids.push(...idsOf(title));
      // Of a table of cases the titles are in its rows.
      if (ts.isCallExpression(node.expression))
        for (const table of node.expression.arguments) ids.push(...textsIn(table));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return ids;
}

function textsIn(node: ts.Node): readonly string[] {
  const ids = [...idsOf(node)];
  ts.forEachChild(node, (child) => void ids.push(...textsIn(child)));
  return ids;
}

function idsOf(node: ts.Node): readonly string[] {
  if (!ts.isStringLiteralLike(node) && !ts.isTemplateExpression(node)) return [];
  const text = ts.isTemplateExpression(node) ? node.head.text : node.text;
  return IDS.exec(text)?.[0].split(' ') ?? [];
}
