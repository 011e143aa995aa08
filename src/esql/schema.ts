export type FieldType =
  | 'boolean'
  | 'integer'
  | 'long'
  | 'unsigned_long'
  | 'double'
  | 'keyword'
  | 'text'
  | 'date'
  | 'date_nanos'
  | 'ip'
  | 'version'
  | 'null';

export interface IndexSchema {
  readonly fields: ReadonlyMap<string, FieldType>;
  /** Fields of which a row may hold several values; the others hold one. */
  readonly multiValued?: ReadonlySet<string>;
  /** May only be the right side of LOOKUP JOIN. */
  readonly isLookup: boolean;
  /** A lookup index that may also be read by FROM. */
  readonly isReadable?: boolean;
  /** A lookup index that can be joined, and is not offered to whoever asks for one. */
  readonly isInternal?: boolean;
}

/** Index name → its fields. */
export type Schema = ReadonlyMap<string, IndexSchema>;
