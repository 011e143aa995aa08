import type { ServiceCounts } from '#capabilities/detection/judge/service-counts.ts';
import { addMs, MINUTE_MS } from '#kernel/duration.ts';
import type { QueryAnswer, QueryRequest, QueryValue, TelemetryStore } from '#ports/telemetry-store.ts';
import { isHistory, memoryTelemetryStore, slotRows } from './memory-telemetry-store.ts';

const MAX_ROWS = 10_000;
const CURRENT_SLOTS = 6;

export type QueryKind = 'all' | 'newest' | 'buckets' | 'latency' | 'history';

/** Answers each query of a tick from the same counts, shard by shard, and cuts what does not fit. */
export interface CountedTelemetryStore extends TelemetryStore {
  counts: readonly ServiceCounts[];
  readonly asked: QueryKind[];
  /** Changes an answer, or throws. */
  meddle: (kind: QueryKind, answer: QueryAnswer, request: QueryRequest) => QueryAnswer;
}

const kindOf = (text: string): QueryKind => {
  if (isHistory(text)) return 'history';
  if (!text.includes('LOOKUP JOIN')) return 'latency';
  if (text.includes('sentinel-thresholds-next')) return 'buckets';
  return text.includes('age < 300\n') ? 'newest' : 'all';
};

const slotOf = (row: readonly QueryValue[]): number => Number(row.at(-1));

export const countedTelemetryStore = (): CountedTelemetryStore => {
  const memory = memoryTelemetryStore();
  // The same counts are asked for at each tick.
  const rowsOf = new WeakMap<ServiceCounts, ReturnType<typeof slotRows>>();
  const rowsOfService = (counts: ServiceCounts): ReturnType<typeof slotRows> => {
    const rows = rowsOf.get(counts) ?? slotRows(counts);
    rowsOf.set(counts, rows);
    return rows;
  };
  const lookups = new Map<string, (typeof memory.lookups)[number]>();
  const schema: TelemetryStore['schema'] = () => {
    memory.lookups.splice(0, memory.lookups.length, ...lookups.values());
    return memory.schema();
  };
  const store: CountedTelemetryStore = {
    ...memory,
    schema,
    counts: [],
    asked: [],
    meddle: (_kind, answer) => answer,
    replaceLookup: async (table) => {
      lookups.set(table.name, table);
    },
    query: async (request) => {
      const kind = kindOf(request.query.text);
      store.asked.push(kind);
      const { after = '', up_to: upTo } = request.query.parameters as Record<string, string>;
      const counts = (kind === 'history' ? [] : store.counts).filter(
        ({ service }) => service > after && (upTo === undefined || service <= upTo),
      );
      const { columns } = await memory.query(request);
      const from = request.range?.from ?? new Date(0);
      const rows =
        kind === 'latency'
          ? counts.flatMap(({ service }) =>
              Array.from({ length: 12 }, (_, b) => [
                100,
                40,
                200,
                service,
                addMs(from, b * 5 * MINUTE_MS).toISOString(),
              ]),
            )
          : counts
              .flatMap(rowsOfService)
              .filter((row) => kind === 'all' || (kind === 'newest') === slotOf(row) < CURRENT_SLOTS);
      const answer = {
        columns,
        rows: rows.slice(0, MAX_ROWS),
        warnings: [],
        isCut: rows.length >= MAX_ROWS,
        tookMs: 1,
      };
      return store.meddle(kind, answer, request);
    },
  };
  return store;
};
