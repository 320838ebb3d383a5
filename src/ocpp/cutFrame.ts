/**
 * Makes JSON again of its beginning: what stood open is closed, and the member in which it was cut is left out. Gives `[]` where
 * nothing whole is left.
 */
export function completeCut(beginning: string): string {
  const open: string[] = [];
  let inString = false;
  let wholeEnd = 0;
  let wholeOpen = '';
  const isWholeAt = (end: number): void => {
    wholeEnd = end;
    wholeOpen = [...open].reverse().join('');
  };
  for (let index = 0; index < beginning.length; index++) {
    const character = beginning[index];
    if (inString) {
      if (character === '\\') index++;
      else if (character === '"') inString = false;
      continue;
    }
    switch (character) {
      case '"':
        inString = true;
        break;
      case '[':
      case '{':
        open.push(character === '[' ? ']' : '}');
        isWholeAt(index + 1);
        break;
      case ']':
      case '}':
        open.pop();
        isWholeAt(index + 1);
        break;
      case ',':
        isWholeAt(index);
        break;
    }
  }
  return wholeEnd === 0 ? '[]' : beginning.slice(0, wholeEnd) + wholeOpen;
}
