import { describe, expect, it } from 'vitest';
import { en } from '../../../src/dashboard/words/en.js';
import { sv } from '../../../src/dashboard/words/sv.js';
import { chooseLanguage, fill, type Word } from '../../../src/dashboard/words/words.js';

const placesOf = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([place]) => place).sort();

describe('the words of the dashboard', () => {
  it('are the same in English and Swedish', () => {
    expect(Object.keys(sv)).toEqual(Object.keys(en));
  });

  it('have the same places to fill in both', () => {
    const wrong = (Object.keys(en) as Word[]).filter((word) => `${placesOf(sv[word])}` !== `${placesOf(en[word])}`);
    expect(wrong).toEqual([]);
  });

  it('are never empty, and have no straight quotes', () => {
    const texts = [...Object.entries(en), ...Object.entries(sv)];
    expect(texts.filter(([, text]) => text.trim() === '' || /["']/.test(text))).toEqual([]);
  });

  it('keep a number on the line of its unit', () => {
    expect(fill('{a} A instead of {m} A, {k} kW', { a: 10, m: 16, k: '3.7' })).toBe(
      '10\u00a0A instead of 16\u00a0A, 3.7\u00a0kW',
    );
  });

  it('show what was forgotten rather than hide it', () => {
    expect(fill('{a} of {b}', { a: 1 })).toBe('1 of {b}');
  });

  it('are in the first language of the reader that there is', () => {
    expect(chooseLanguage(['', 'fi-FI', 'sv-FI', 'en-US'])).toBe('sv');
    expect(chooseLanguage(['fr'])).toBe('en');
  });
});
