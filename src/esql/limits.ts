/** What a query may cost before it runs. Each is named in the error that it causes. */
export interface EsqlLimits {
  /** In UTF-16 code units. */
  readonly maxQueryLength: number;
  /** Of one expression's tree, where what AND or OR joins in a row is one step. */
  readonly maxNestingDepth: number;
  /** The source command included. */
  readonly maxCommands: number;
  readonly maxParameters: number;
  /** Rows of an answer whose query has no LIMIT. */
  readonly defaultRows: number;
  /** Rows of any answer; a greater LIMIT is cut. */
  readonly maxRows: number;
}

// 1,000 and 10,000 rows are Elasticsearch's own defaults. A depth of 100 stays
// below DuckDB's limit of 1,000 with the guards that the translation adds.
export const DEFAULT_LIMITS: EsqlLimits = {
  maxQueryLength: 20_000,
  maxNestingDepth: 100,
  maxCommands: 50,
  maxParameters: 200,
  defaultRows: 1_000,
  maxRows: 10_000,
};

/** Problems listed of one query; more would not be read. */
export const MAX_PROBLEMS = 20;
