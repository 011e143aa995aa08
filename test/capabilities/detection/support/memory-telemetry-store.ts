import type { ServiceCounts } from '#capabilities/detection/judge/service-counts.ts';
import type { IndexSchema, Schema } from '#esql/schema.ts';
import { TELEMETRY_SCHEMA } from '#ports/telemetry-schema.ts';
import type {
  FutureRows,
  LookupTable,
  QueryAnswer,
  QueryRequest,
  QueryValue,
  TelemetryStore,
} from '#ports/telemetry-store.ts';

const refuse = (): never => {
  throw new Error('detection does not ask for this');
};

/** Answers the two queries of a tick from counts in memory. */
export interface MemoryTelemetryStore extends TelemetryStore {
  readonly asked: QueryRequest[];
  readonly lookups: LookupTable[];
  /** What the counts query answers next. */
  counts: readonly ServiceCounts[];
  future: readonly FutureRows[];
  /** Thrown by the next queries instead of an answer; `null` ends it. */
  fault: Error | null;
  isCut: boolean;
  /** Rows that the counts query answers besides. */
  extraRows: readonly (readonly QueryValue[])[];
}

const COLUMNS = ['lines', 'error_lines', 'n', 'e', 'mid', 'tail', 'far', 'seen', 'service.name', 'slot'] as const;

export const slotRows = ({ service, slots, lastSeenAt }: ServiceCounts): readonly (readonly QueryValue[])[] =>
  slots.lines.flatMap((lines, slot) =>
    lines === 0
      ? []
      : [
          [
            lines,
            slots.errorLines[slot] ?? 0,
            slots.requests[slot] ?? 0,
            slots.failed[slot] ?? 0,
            slots.mid[slot] ?? 0,
            slots.tail[slot] ?? 0,
            slots.far[slot] ?? 0,
            lastSeenAt ? lastSeenAt.toISOString() : null,
            service,
            slot,
          ],
        ],
  );

const columnsOf = (names: readonly string[]): QueryAnswer['columns'] =>
  names.map((name) => ({ name, type: name === 'service.name' ? 'keyword' : 'long' }));

/** Whether a query asks for an hour before the first tick. */
export const isHistory = (text: string): boolean => /EVAL slot = age \/ \d+$/m.test(text);

export const memoryTelemetryStore = (): MemoryTelemetryStore => {
  const lookups: LookupTable[] = [];
  const asked: QueryRequest[] = [];
  const schema = (): Schema =>
    new Map<string, IndexSchema>([
      ...Object.entries(TELEMETRY_SCHEMA),
      ...lookups.map(
        ({ name, columns }) =>
          [name, { isLookup: true, fields: new Map(columns.map((column) => [column.name, column.type])) }] as const,
      ),
    ]);
  const store: MemoryTelemetryStore = {
    asked,
    lookups,
    counts: [],
    future: [],
    fault: null,
    isCut: false,
    extraRows: [],
    schema,
    query: async (request) => {
      asked.push(request);
      if (store.fault) throw store.fault;
      // What was before the first tick is not here.
      const isOfHistory = isHistory(request.query.text);
      const isCounts = request.query.text.includes('LOOKUP JOIN') && !isOfHistory;
      return {
        columns: columnsOf(isCounts || isOfHistory ? COLUMNS : ['n', 'p50', 'p99', 'service.name', 'b']),
        rows: isCounts ? [...store.counts.flatMap(slotRows), ...store.extraRows] : [],
        warnings: [],
        isCut: store.isCut && isCounts,
        tookMs: 1,
      };
    },
    replaceLookup: async (table) => {
      if (store.fault) throw store.fault;
      lookups.splice(0, lookups.length, table);
    },
    futureRows: () => store.future,
    append: refuse,
    deleteOlderThan: refuse,
    ping: async () => {},
    close: async () => {},
  };
  return store;
};
