import type { Clock } from '#kernel/clock.ts';
import { HOUR_MS } from '#kernel/duration.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { AppendOutcome, RejectedRow, TelemetryBatch, TelemetryStore } from '#ports/telemetry-store.ts';
import { INGEST_INDICES, type IngestIndex } from './record-fields.ts';
import type { RowStore } from './row-batch.ts';
import { createRowsInFlight, type Reservation } from './rows-in-flight.ts';

export interface IngestStoreDeps {
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'increment'>;
  readonly telemetryStore: Pick<TelemetryStore, 'append' | 'knowsDeliveries'>;
}

/** How long each kind is kept, where that is known; rows that are older are refused. */
export type KeptMs = Readonly<Partial<Record<IngestIndex, number>>>;

export interface IngestStore extends RowStore {
  /** Throws AppError `limit-exceeded` while so many rows are gathered or wait that no further request should be read. */
  assertRoom(): void;
  reserve(): Reservation;
}

// One is written while the next is gathered.
const MAX_CONCURRENT_APPENDS = 2;
const MAX_MERGED_ROWS = 8_192;
const MAX_MERGED_BYTES = 33_554_432;

type Rows = Required<TelemetryBatch>;

interface Waiting {
  readonly batch: Rows;
  readonly rows: number;
  readonly bytes: number;
  resolve(outcome: AppendOutcome): void;
  reject(error: unknown): void;
}

/** Where the kept rows of a kind stood before some were dropped. */
type Places = Partial<Record<IngestIndex, readonly number[]>>;

interface Guarded {
  readonly kept: Rows;
  readonly rejected: readonly RejectedRow[];
  readonly places: Places;
}

const sizeOf = (batch: Rows): number => batch.logs.length + batch.spans.length + batch.metrics.length;

/**
 * The one way of all formats to the telemetry store. Rows older than what is kept are refused; they and
 * those that their reader refused are counted here, the others by the store. What arrives while the store
 * writes is written together next, so that many small requests cost as much as a few large ones. Each
 * caller gets the outcome of its own rows.
 */
export const createIngestStore = (deps: IngestStoreDeps, keptMs: KeptMs): IngestStore => {
  const waiting: Waiting[] = [];
  let running = 0;
  const inFlight = createRowsInFlight();

  const write = async (group: readonly Waiting[]): Promise<void> => {
    const [only] = group;
    try {
      if (group.length === 1 && only) only.resolve(await deps.telemetryStore.append(only.batch));
      else splitOutcome(group, await deps.telemetryStore.append(mergeBatches(group)));
    } catch (error) {
      for (const each of group) each.reject(error);
    }
  };

  const next = (): void => {
    while (running < MAX_CONCURRENT_APPENDS && waiting.length > 0) {
      let rows = 0;
      let bytes = 0;
      const end = waiting.findIndex((each, index) => {
        rows += each.rows;
        bytes += each.bytes;
        return index > 0 && (rows > MAX_MERGED_ROWS || bytes > MAX_MERGED_BYTES);
      });
      const group = waiting.splice(0, end === -1 ? waiting.length : end);
      running += 1;
      void write(group).finally(() => {
        running -= 1;
        next();
      });
    }
  };

  const dropOld = (batch: Rows): Guarded => {
    const nowMs = deps.clock.now().getTime();
    const rejected: RejectedRow[] = [];
    const places: Places = {};
    const keep = <Row extends { readonly timestampMs: number }>(kind: IngestIndex, rows: readonly Row[]) => {
      const limitMs = keptMs[kind];
      if (limitMs === undefined) return rows;
      // A row without any time is left to the store, which refuses it and names the field.
      const isOld = (row: Row): boolean => Number.isFinite(row.timestampMs) && row.timestampMs < nowMs - limitMs;
      if (!rows.some(isOld)) return rows;
      const reason = `@timestamp is older than the ${limitMs / HOUR_MS} h that ${kind} are kept`;
      const good: Row[] = [];
      const from: number[] = [];
      rows.forEach((row, index) => {
        if (isOld(row)) rejected.push({ kind, index, field: '@timestamp', reason });
        else {
          good.push(row);
          from.push(index);
        }
      });
      places[kind] = from;
      return good;
    };
    const kept = {
      logs: keep('logs', batch.logs),
      spans: keep('spans', batch.spans),
      metrics: keep('metrics', batch.metrics),
    };
    return { kept, rejected, places };
  };

  const count = (outcome: string, rowsOf: (kind: IngestIndex) => number): void => {
    for (const kind of INGEST_INDICES) {
      const rows = rowsOf(kind);
      if (rows > 0) deps.metrics.increment('sentinel_telemetry_rows_total', { kind, outcome }, rows);
    }
  };

  const store = async ({ kept, places }: Guarded, bytes: number): Promise<AppendOutcome> => {
    const rows = sizeOf(kept);
    if (rows === 0) return { accepted: 0, rejected: [] };
    inFlight.add(rows, bytes);
    try {
      const outcome = await new Promise<AppendOutcome>((resolve, reject) => {
        waiting.push({ batch: kept, rows, bytes, resolve, reject });
        next();
      });
      const rejected = outcome.rejected.map((row) => ({ ...row, index: places[row.kind]?.[row.index] ?? row.index }));
      return { accepted: outcome.accepted, rejected };
    } finally {
      inFlight.remove(rows, bytes);
    }
  };

  return {
    knowsDeliveries: deps.telemetryStore.knowsDeliveries === true,
    assertRoom: inFlight.assertRoom,
    reserve: inFlight.reserve,
    append: async ({ logs = [], spans = [], metrics = [], refused, bytes = 0 }) => {
      const guarded = dropOld({ logs, spans, metrics });
      const { accepted, rejected } = await store(guarded, bytes);
      // Only now: what the store did not take comes again, and would be counted once more.
      count('expired', (kind) => guarded.rejected.filter((row) => row.kind === kind).length);
      count('rejected', (kind) => refused?.[kind] ?? 0);
      return { accepted, rejected: [...guarded.rejected, ...rejected] };
    },
  };
};

const mergeBatches = (group: readonly Waiting[]): TelemetryBatch => ({
  logs: group.flatMap(({ batch }) => batch.logs),
  spans: group.flatMap(({ batch }) => batch.spans),
  metrics: group.flatMap(({ batch }) => batch.metrics),
});

const splitOutcome = (group: readonly Waiting[], outcome: AppendOutcome): void => {
  const start = { logs: 0, spans: 0, metrics: 0 };
  for (const { batch, rows, resolve } of group) {
    const end = { ...start };
    for (const kind of INGEST_INDICES) end[kind] += batch[kind].length;
    const first = { ...start };
    const rejected = outcome.rejected
      .filter(({ kind, index }) => index >= first[kind] && index < end[kind])
      .map((row) => ({ ...row, index: row.index - first[row.kind] }));
    Object.assign(start, end);
    resolve({ accepted: rows - rejected.length, rejected });
  }
};
