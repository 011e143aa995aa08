export interface MinerSettings {
  /** Of a line; what lies beyond counts as one variable. */
  readonly maxCharacters: number;
  readonly maxTokens: number;
  /** Lines known by their tokens, so that most need no further work. */
  readonly maxLines: number;
  readonly maxTemplates: number;
  readonly maxContexts: number;
  /** Ids of merged templates that `resolve` still knows. */
  readonly maxAliases: number;
  /** Templates that may be made at once, and how many more each line allows. */
  readonly creationBurst: number;
  readonly creationPerLine: number;
  /** Most frequent values kept for each variable; 0: none, which is faster. */
  readonly valuesPerVariable: number;
  /** Of the hashes, so that a writer of lines cannot aim at collisions. Groups do not depend on it. */
  readonly seed: number;
}

export const DEFAULT_MINER_SETTINGS: MinerSettings = {
  maxCharacters: 4_096,
  maxTokens: 128,
  maxLines: 65_536,
  maxTemplates: 8_192,
  maxContexts: 131_072,
  maxAliases: 4 * 8_192,
  creationBurst: 20_000,
  creationPerLine: 0.02,
  valuesPerVariable: 8,
  seed: 1,
};
