import type { RawBuilder } from 'kysely';

/** Where databases differ. */
export interface Schema {
  /** The type of text by which rows are found and put in order: by its bytes, whatever language the database is set to. */
  readonly idType: 'text' | RawBuilder<string>;
  readonly isPostgres: boolean;
}
