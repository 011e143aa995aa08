/** The log lines of one delivery in which a word of the configured filter was found. */
export interface MatchedDelivery {
  /** The same for the same delivery, however often it comes. */
  readonly key: string;
  readonly lines: readonly MatchedLine[];
}

export interface MatchedLine {
  readonly service: string;
  /** As it is configured. */
  readonly word: string;
  /** Whoever writes logs wrote it. */
  readonly text: string;
  readonly atMs: number;
}
