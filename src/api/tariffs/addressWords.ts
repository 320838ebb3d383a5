/**
 * What the readers of tariffs/ say of their options, in words of the address: `options.timeZone` is there `?timeZone`, and what a
 * table is declared by has many parameters.
 */
export function inWordsOfTheAddress(text: string): string {
  return text
    .replaceAll(/\boptions\.csv\.(\w+)/g, '?$1')
    .replaceAll(/\boptions\.csv\b/g, 'the parameters of the address (?delimiter, ?priceColumn …)')
    .replaceAll(/\boptions\.(\w+)/g, '?$1');
}
