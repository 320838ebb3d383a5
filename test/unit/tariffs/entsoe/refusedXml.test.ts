import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEntsoe } from '../../../../tariffs/entsoe/readEntsoe.js';
import { InvalidTariff } from '../../../../tariffs/index.js';
import { day, fixture, publication, refusal, series } from './publications.js';

const VALID = fixture('dayAheadSe3.xml');

describe('documents of another kind are refused', () => {
  it.each([
    ['nothing', '', /This is no XML/],
    ['text', 'Service unavailable', /This is no XML/],
    ['a web page', '<!doctype html><html><body>503</body></html>', /declares a document type/],
    ['a web page without a doctype', '<html><body>503</body></html>', /no publication of prices/],
    ['an unclosed document', VALID.slice(0, -40), /This is no XML/],
    ['two documents', '<a/><b/>', /not one root element/],
    ['a number', 5, /no text/],
    ['a parsed document', { Publication_MarketDocument: {} }, /no text/],
    ['an empty publication', '<Publication_MarketDocument/>', /type is missing/],
    ['another type', publication([day()], 'A65'), /another type than A44/],
    ['a publication that is text', '<Publication_MarketDocument>A44</Publication_MarketDocument>', /type is missing/],
    ['two types', publication([]).replace('<type>', '<type>A44</type><type>'), /type stands here twice/],
    ['a type with elements in it', publication([]).replace('A44', '<a>A44</a>'), /should be a text/],
    [
      'a series without periods',
      `<Publication_MarketDocument><type>A44</type>${series({ periods: [] })}</Publication_MarketDocument>`,
      /no Period with prices/,
    ],
  ])('%s', (_, input, message) => {
    expect(refusal(input).message).toMatch(message);
  });

  it('with the line where the XML stops being XML', () => {
    expect(refusal(VALID.replace('</TimeSeries>', '</Timeseries>')).issues[0]?.line).toBe(52);
  });

  it('but a byte order mark, comments and CDATA are none of that', () => {
    const odd = `\uFEFF${VALID.replace('<Period>', '<!-- <Period> --><Period>').replace('30.10', '<![CDATA[30.10]]>')}`;
    expect(readEntsoe(odd)).toEqual(readEntsoe(VALID));
  });
});

describe('values that can not be are refused', () => {
  const price = (text: string) => refusal(publication([day({ prices: [text, ...Array(23).fill(1)] })]));

  it.each([
    '',
    'NaN',
    'Infinity',
    '-Infinity',
    '1e400',
    '1e3',
    '0x10',
    '1,5',
    '1 000',
    '--1',
    'null',
    '9'.repeat(60),
    '9'.repeat(400),
    '200000000',
    '&#49;',
  ])('a price of "%s"', (text) => {
    expect(price(text).issues[0]?.path).toBe(
      '/Publication_MarketDocument/TimeSeries[1]/Period[1]/Point[1]/price.amount',
    );
  });

  it.each(['0', '-1', '25', '1.5', 'x', '', '1e1', '9999999'])('a position of "%s"', (text) => {
    const points = `<Point><position>${text}</position><price.amount>1</price.amount></Point>`;
    expect(refusal(publication([day({ points })])).message).toMatch(/no position of this period: it has 1 to 24/);
  });

  it.each([
    '0000-01-01T00:00Z',
    '0999-12-31T23:00Z',
    '1969-12-31T23:00Z',
    '9999-01-01T00:00Z',
    '+275760-09-13T00:00Z',
    '2026-02-30T00:00Z',
    '2026-01-14T25:00Z',
    '2026-01-14T23:00',
    '2026-01-14',
    '2026-01-14T23:00:30Z',
    'tomorrow',
    '',
  ])('a start of "%s"', (start) => {
    expect(refusal(publication([day({ start })])).message).toMatch(/no instant of whole minutes/);
  });

  it.each(['PT5M', 'PT1M', 'P1M', 'P1Y', 'P7D', '', 'PT0M', 'toString'])('a resolution of "%s"', (resolution) => {
    expect(refusal(publication([day({ resolution })]))).toMatchObject({ code: 'TARIFF_NOT_EXPRESSIBLE' });
  });

  it('and all that is wrong is told at once', () => {
    const error = refusal(
      publication([day({ prices: ['x', 'y', ...Array(22).fill(1)], unit: 'MWH', currency: 'EUR' })]),
    );
    expect(error.issues.map(({ path }) => path?.split('/').slice(-2).join('/'))).toEqual([
      'Point[1]/price.amount',
      'Point[2]/price.amount',
    ]);
  });
});

describe('attacks are refused before there is work to do', () => {
  it('a billion laughs', () => {
    const entities = Array.from({ length: 9 }, (_, n) => `<!ENTITY lol${n + 1} "${`&lol${n};`.repeat(10)}">`).join('');
    const bomb = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol0 "lol">${entities}]><Publication_MarketDocument><type>&lol9;</type></Publication_MarketDocument>`;
    expect(refusal(bomb).message).toMatch(/declares a document type or entities/);
  });

  it('an external entity, in whatever case and wherever it stands', () => {
    for (const declaration of [
      '<!DOCTYPE a SYSTEM "file:///etc/passwd">',
      '<!DocType a>',
      '<!ENTITY x SYSTEM "http://localhost/">',
    ]) {
      expect(refusal(VALID.replace('<TimeSeries>', `${declaration}<TimeSeries>`)).message).toMatch(
        /declares a document type or entities/,
      );
    }
  });

  it('entities that nobody declared are no numbers', () => {
    expect(refusal(VALID.replace('30.10', '&lol9;')).message).toMatch(/This is no price/);
  });

  it('a hundred megabytes, by their length alone', () => {
    expect(refusal(VALID + ' '.repeat(100_000_000)).issues).toEqual([
      {
        reason: `The document has ${VALID.length + 100_000_000} characters, more than 16000000.`,
        fix: 'Give the document as the market published it.',
      },
    ]);
  });

  it('more elements than a document has prices', () => {
    expect(refusal(`<a>${'<b/>'.repeat(600_001)}</a>`).message).toMatch(/more than 600000 elements/);
  });

  it('a tower of elements', () => {
    expect(refusal(`${'<a>'.repeat(100)}${'</a>'.repeat(100)}`).message).toMatch(/can't be read/);
    expect(refusal('<a>'.repeat(500_000)).code).toBe('INVALID_TARIFF');
  });

  it('one price for a hundred years of quarter hours, once or a thousand times', () => {
    const century = {
      start: '2026-01-01T00:00Z',
      end: '2126-01-01T00:00Z',
      resolution: 'PT15M',
      curveType: 'A03',
      prices: [1],
    };
    expect(refusal(publication([day(century)]))).toMatchObject({
      code: 'TARIFF_NOT_EXPRESSIBLE',
      message: expect.stringMatching(/more than 300000 prices/),
    });
    // Eight years each; without their points they would be refused one by one, each after its quarter hours were laid out.
    const years = day({ ...century, end: '2034-01-01T00:00Z', points: '' });
    const error = refusal(publication(Array(1000).fill(years)));
    expect(error.issues.map(({ reason }) => reason)).toEqual([
      'Position 1 of 280512 is missing.',
      'With this period the document comes to more than 300000 prices.',
    ]);
  });

  it('names that JavaScript reserves', () => {
    for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
      expect(() => readEntsoe(VALID.replace('<TimeSeries>', `<${name}>1</${name}><TimeSeries>`))).not.toThrow(
        TypeError,
      );
      expect(refusal(`<${name}/>`).code).toBe('INVALID_TARIFF');
    }
    expect(({} as Record<string, unknown>).TimeSeries).toBeUndefined();
  });
});

describe('whatever is done to a valid document', () => {
  const pieces = [VALID, fixture('dayAheadDeLuTwoAuctions.xml'), fixture('noMatchingData.xml')];
  const scraps = [
    '<',
    '>',
    '</',
    '<Point>',
    '</Period>',
    '<Period/>',
    '&',
    '&amp;',
    '"',
    '\u0000',
    '9999',
    '-',
    'NaN',
    '1e400',
    '<![CDATA[',
    ']]>',
    '<!--',
    '<?x',
    'T',
    ':',
  ];
  const mutation = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.nat(60),
    scrap: fc.oneof(fc.constantFrom(...scraps), fc.string({ maxLength: 4 })),
  });

  it('it is read or refused with InvalidTariff, never anything else', () => {
    fc.assert(
      fc.property(fc.constantFrom(...pieces), fc.array(mutation, { minLength: 1, maxLength: 4 }), (text, mutations) => {
        let mutated = text;
        for (const { at, length, scrap } of mutations) {
          const from = Math.floor(at * mutated.length);
          mutated = mutated.slice(0, from) + scrap + mutated.slice(from + length);
        }
        try {
          const { tariff } = readEntsoe(mutated);
          for (const component of tariff.components) {
            if (component.kind === 'priceSeries')
              expect(component.prices.flatMap(({ pricesPerKwh }) => pricesPerKwh).every(Number.isFinite)).toBe(true);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidTariff);
        }
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});
