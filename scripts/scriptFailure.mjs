/** Something the reader can mend: shown as its message alone, without a stack. */
export class ScriptFailure extends Error {
  name = 'ScriptFailure';
}
