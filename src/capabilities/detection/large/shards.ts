/** Services whose names are in (after, upTo]; null: no bound on that side. */
export interface Shard {
  readonly after: string | null;
  readonly upTo: string | null;
}

const SURROGATES_FROM = 0xd800;
const SURROGATES_TO = 0xe000;
const rank = (unit: number): number =>
  unit >= SURROGATES_TO ? unit - 0x0800 : unit >= SURROGATES_FROM ? unit + 0x2000 : unit;

/** The order of telemetry stores, which is that of the UTF-8 bytes: JavaScript's own differs beyond U+D7FF. */
export const compareNames = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const [one, other] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (one !== other) return rank(one) - rank(other);
  }
  return a.length - b.length;
};

export const isInShard = (name: string, { after, upTo }: Shard): boolean =>
  (after === null || compareNames(name, after) > 0) && (upTo === null || compareNames(name, upTo) <= 0);

/** The next shard of at most `size` of the sorted names, all shards to come about as large. */
export const shardAfter = (names: readonly string[], after: string | null, size: number): Shard => {
  const rest = after === null ? names : names.filter((name) => compareNames(name, after) > 0);
  const shards = Math.ceil(rest.length / size);
  return { after, upTo: shards > 1 ? (rest[Math.ceil(rest.length / shards) - 1] ?? null) : null };
};

const piecesOutside = <T extends Shard>(old: T, { after, upTo }: Shard): readonly T[] => {
  const pieces: T[] = [];
  if (after !== null && (old.after === null || compareNames(old.after, after) < 0)) {
    const isWhole = old.upTo !== null && compareNames(old.upTo, after) <= 0;
    pieces.push(isWhole ? old : { ...old, upTo: after });
  }
  if (upTo !== null && (old.upTo === null || compareNames(old.upTo, upTo) > 0)) {
    const isWhole = old.after !== null && compareNames(old.after, upTo) >= 0;
    pieces.push(isWhole ? old : { ...old, after: upTo });
  }
  return pieces;
};

/** Whether two shards have room for a name in common. */
export const overlap = (a: Shard, b: Shard): boolean => piecesOutside(a, b)[0] !== a;

const byStart = (a: Shard, b: Shard): number => {
  if (a.after === null) return b.after === null ? 0 : -1;
  return b.after === null ? 1 : compareNames(a.after, b.after);
};

export const sortShards = <T extends Shard>(shards: readonly T[]): readonly T[] => shards.toSorted(byStart);

/** Puts a shard in the place of whatever overlaps it; the bounds move as services come and go. */
export const replaceShard = <T extends Shard>(shards: readonly T[], fresh: T, narrow: (piece: T) => T): readonly T[] =>
  sortShards([
    fresh,
    ...shards.flatMap((old) => piecesOutside(old, fresh).map((piece) => (piece === old ? old : narrow(piece)))),
  ]);

/** Whether sorted shards leave no name out. */
export const areAllNamesIn = (shards: readonly Shard[]): boolean =>
  shards.length > 0 &&
  shards[0]?.after === null &&
  shards.every(({ upTo }, index) => upTo === (shards[index + 1]?.after ?? null));
