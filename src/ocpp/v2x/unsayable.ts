/** The command has no form in this version. */
export class Unsayable extends Error {
  override readonly name = 'Unsayable';
}
