import { writeFile } from 'node:fs/promises';
import { UsageError } from './failures.js';

export type FileFormat = 'yaml' | 'json';

/** As a person would write it: what fits on a line (a current per phase, a list of names) stands on one. */
export async function writeDocument(value: unknown, format: FileFormat): Promise<string> {
  if (format === 'json') return `${JSON.stringify(value, null, 2)}\n`;
  const { Document, isMap, isScalar, isSeq, visit } = await import('yaml');
  // Other readers follow YAML 1.1, where 07:00 is a number: such words are quoted.
  const document = new Document(value, { aliasDuplicateObjects: false, compat: 'yaml-1.1' });
  visit(document, {
    Collection: (_key, node) => {
      const items = isMap(node) ? node.items.map((pair) => pair.value) : isSeq(node) ? node.items : [];
      const isSmall = items.length > 0 && items.every(isScalar);
      if (isSmall && (isSeq(node) || items.length <= 3)) node.flow = true;
    },
  });
  return document.toString({ lineWidth: 140, flowCollectionPadding: true });
}

export async function saveFile(file: string, content: string): Promise<void> {
  try {
    await writeFile(file, content);
  } catch (error) {
    throw new UsageError(`can't write ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
