/** Services that were meant though nobody named them. */
export interface AddedServices {
  readonly names: readonly string[];
  /** The query without them. */
  readonly queryOfAll: string;
}

/** ES|QL of a question, asked where certain services are meant. */
export interface MeantQuery {
  readonly query: string;
  /** Null: none were added. */
  readonly added: AddedServices | null;
}
