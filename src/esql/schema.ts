export type FieldType = 'boolean' | 'integer' | 'long' | 'double' | 'keyword' | 'text' | 'date' | 'ip' | 'null';

export interface IndexSchema {
  readonly fields: ReadonlyMap<string, FieldType>;
  /** May only be the right side of LOOKUP JOIN. */
  readonly isLookup: boolean;
}

/** Index name → its fields. */
export type Schema = ReadonlyMap<string, IndexSchema>;
