import { z } from 'zod';
import { type CachedShard, EMPTY_LARGE, type LargeState, type Round } from './large-state.ts';
import { COUNT_FIELDS, type CountField, type Counts } from '../judge/service-counts.ts';
import { BASELINE_BUCKETS } from '../judge/slots.ts';

const ROUND = 'round';
const LAST_SEEN = 'last-seen';
const SHARD = /^buckets-\d+$/;

const date = z.iso.datetime().transform((text) => new Date(text));
const count = z.number().nonnegative();
const bound = z.string().nullable();

const latencyShape = z.object({ p50Ms: count, p99Ms: count });
const roundShape: z.ZodType<Round> = z.object({
  startedAt: date.nullable(),
  after: bound,
  isOver: z.boolean(),
  isHasty: z.boolean(),
  shardServices: z.number().int().positive(),
  pending: z
    .object({
      after: bound,
      upTo: bound,
      usual: z
        .array(z.tuple([z.string(), latencyShape]))
        .transform((entries) => new Map(entries))
        .nullable(),
    })
    .nullable(),
});

const lastSeenShape = z.array(z.tuple([z.string(), date])).transform((entries) => new Map(entries));

// One list a service, in the order of COUNT_FIELDS: names of fields would be half of the row.
const cachedShape = z
  .tuple([z.string(), date.nullable(), z.array(z.array(count).length(BASELINE_BUCKETS)).length(COUNT_FIELDS.length)])
  .transform(([name, lastSeenAt, lists]) => {
    const buckets = Object.fromEntries(COUNT_FIELDS.map((field, index) => [field, lists[index] ?? []]));
    return [name, { buckets: buckets as Record<CountField, number[]> satisfies Counts, lastSeenAt }] as const;
  });
const shardShape: z.ZodType<CachedShard> = z.object({
  after: bound,
  upTo: bound,
  countedAt: date,
  query: z.object({
    text: z.string(),
    parameters: z.record(z.string(), z.string()),
    window: z.object({ from: date, to: date }),
  }),
  isSample: z.boolean(),
  odd: z.array(z.string()),
  services: z.array(cachedShape).transform((entries) => new Map(entries)),
});

export interface LargeDocument {
  readonly signal: string;
  readonly value: unknown;
  plain(): unknown;
}

const plainRound = ({ pending, ...round }: Round): unknown => ({
  ...round,
  pending: pending && { ...pending, usual: pending.usual && [...pending.usual] },
});

const plainShard = (shard: CachedShard): unknown => ({
  ...shard,
  services: [...shard.services].map(([name, { buckets, lastSeenAt }]) => [
    name,
    lastSeenAt,
    COUNT_FIELDS.map((field) => buckets[field]),
  ]),
});

/** One row for the round, one for the quiet services and one a shard. */
export const largeDocuments = ({ round, lastSeen, shards }: LargeState): readonly LargeDocument[] => [
  { signal: ROUND, value: round, plain: () => plainRound(round) },
  { signal: LAST_SEEN, value: lastSeen, plain: () => [...lastSeen] },
  ...shards.map((shard, index) => ({ signal: `buckets-${index}`, value: shard, plain: () => plainShard(shard) })),
];

/** Null: not a row of this kind. Undefined: one of a shape that is not known. */
export const withLargeDocument = (
  large: LargeState | null,
  signal: string,
  state: unknown,
): LargeState | null | undefined => {
  const known = large ?? EMPTY_LARGE;
  const read = <T>(shape: z.ZodType<T>, take: (value: T) => LargeState): LargeState | undefined => {
    const parsed = shape.safeParse(state);
    return parsed.success ? take(parsed.data) : undefined;
  };
  if (signal === ROUND) return read(roundShape, (round) => ({ ...known, round }));
  if (signal === LAST_SEEN) return read(lastSeenShape, (lastSeen) => ({ ...known, lastSeen }));
  if (SHARD.test(signal)) return read(shardShape, (shard) => ({ ...known, shards: [...known.shards, shard] }));
  return null;
};
