/** What can be wrong with a problem. Stable: clients switch on it. */
export type InvalidProblemCode =
  | 'WRONG_TYPE'
  | 'NOT_FINITE'
  | 'NEGATIVE'
  | 'NOT_POSITIVE'
  | 'EMPTY'
  | 'WRONG_LENGTH'
  | 'NOT_ASCENDING'
  | 'DUPLICATE_ID'
  | 'DUPLICATE_PHASE'
  | 'UNKNOWN_PHASE'
  | 'UNKNOWN_CIRCUIT'
  | 'NO_ROOT'
  | 'SECOND_ROOT'
  | 'CYCLE'
  | 'MINIMUM_ABOVE_MAXIMUM'
  | 'DEPARTURE_BEFORE_ARRIVAL'
  | 'WINDOW_SPLITS_SLOT'
  | 'SLOT_RANGE'
  | 'UNKNOWN_CHOICE'
  | 'CLOCK_MISSING';

/**
 * The problem (or an option) is malformed. `field` is a JSON pointer (RFC 6901) into the problem, such as
 * `/sessions/3/currentMaxA/5`; fields of the options begin with `/options/`.
 */
export class InvalidProblem extends Error {
  override readonly name = 'InvalidProblem';
  readonly code: InvalidProblemCode;
  readonly field: string;

  constructor(code: InvalidProblemCode, field: string, message: string) {
    super(`${field === '' ? 'the problem' : field}: ${message}`);
    this.code = code;
    this.field = field;
  }
}
