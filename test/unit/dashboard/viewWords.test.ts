import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { en as always } from '../../../src/dashboard/words/en.js';
import { en } from '../../../src/dashboard/words/views/en.js';
import { sv } from '../../../src/dashboard/words/views/sv.js';

const placesOf = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([place]) => place).sort();

describe('the words of the views that come later', () => {
  it('are the same in English and Swedish, with the same places to fill in', () => {
    expect(Object.keys(sv)).toEqual(Object.keys(en));
    const wrong = Object.entries(en).filter(
      ([word, text]) => `${placesOf(text)}` !== `${placesOf(new Map(Object.entries(sv)).get(word) ?? '')}`,
    );
    expect(wrong).toEqual([]);
  });

  it('are never empty, have no straight quotes, and take no other word’s place', () => {
    const texts = [...Object.entries(en), ...Object.entries(sv)];
    expect(texts.filter(([, text]) => text.trim() === '' || /["']/.test(text))).toEqual([]);
    expect(Object.keys(en).filter((word) => word in always)).toEqual([]);
  });

  it('come with the views, not with the first page', () => {
    const first = readFileSync(new URL('../../../src/dashboard/App.tsx', import.meta.url), 'utf8');
    expect(first).not.toContain('words/views');
  });
});
