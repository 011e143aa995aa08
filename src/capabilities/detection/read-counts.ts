import type { DetectionGap } from '#kernel/anomaly.ts';
import type { QueryAnswer, QueryValue } from '#ports/telemetry-store.ts';
import { COUNT_FIELDS, type CountField, type ServiceCounts } from './judge/service-counts.ts';
import type { DirtySpan, UsualLatency } from './judge/service-baseline.ts';
import { isDirty } from './judge/service-baseline.ts';
import { BUCKET_MS, SLOT_COUNT } from './judge/slots.ts';
import { isStorableName } from '#kernel/storable-name.ts';
import { median } from '#statistics/quantiles.ts';

/** Column of the counts query → what it counts. */
export const COLUMNS: Readonly<Record<CountField, string>> = {
  lines: 'lines',
  errorLines: 'error_lines',
  requests: 'n',
  failed: 'e',
  mid: 'mid',
  tail: 'tail',
  far: 'far',
};

const SHOWN_CHARACTERS = 60;

type Row = readonly QueryValue[];

export interface CountsAnswer {
  readonly services: ReadonlyMap<string, ServiceCounts>;
  readonly rowsOf: ReadonlyMap<string, readonly Row[]>;
  readonly gaps: readonly DetectionGap[];
  /** Services that cannot be judged in this tick: what is usual for them is not known yet. */
  readonly unjudged?: ReadonlySet<string>;
  /** Services that send, but whose rows are refused: nothing of them is no silence. */
  readonly refused?: ReadonlySet<string>;
}

/** What one row of a counts query says of one slot. */
export interface SlotRow {
  readonly slot: number;
  readonly counts: Readonly<Record<CountField, number>>;
  readonly seenAt: Date | null;
}

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0;

const columnReader = (answer: QueryAnswer): ((row: Row, name: string) => QueryValue) => {
  const positions = new Map(answer.columns.map(({ name }, position) => [name, position]));
  return (row, name) => row[positions.get(name) ?? -1] ?? null;
};

const readDate = (value: QueryValue): Date | null => {
  const date = typeof value === 'string' ? new Date(value) : null;
  return date && !Number.isNaN(date.getTime()) ? date : null;
};

const readSlotRow = (row: Row, read: (row: Row, name: string) => QueryValue): SlotRow | null => {
  const slot = read(row, 'slot');
  const counts: Partial<Record<CountField, number>> = {};
  for (const field of COUNT_FIELDS) {
    const value = read(row, COLUMNS[field]);
    if (!isCount(value)) return null;
    counts[field] = value;
  }
  const complete = counts as Record<CountField, number>;
  const { lines, errorLines, requests, failed, mid, tail, far } = complete;
  if (!isCount(slot) || errorLines > lines || requests > lines) return null;
  if (failed > requests || mid > requests || tail > requests || far > requests) return null;
  return { slot, counts: complete, seenAt: readDate(read(row, 'seen')) };
};

const buildCounts = (service: string, rows: readonly SlotRow[]): ServiceCounts => {
  const values = (field: CountField): readonly number[] => {
    const slots = Array.from({ length: SLOT_COUNT }, () => 0);
    for (const row of rows) slots[row.slot] = (slots[row.slot] ?? 0) + row.counts[field];
    return slots;
  };
  const seen = rows.flatMap(({ seenAt }) => (seenAt ? [seenAt.getTime()] : []));
  return {
    service,
    slots: {
      lines: values('lines'),
      errorLines: values('errorLines'),
      requests: values('requests'),
      failed: values('failed'),
      mid: values('mid'),
      tail: values('tail'),
      far: values('far'),
    },
    lastSeenAt: seen.length > 0 ? new Date(Math.max(...seen)) : null,
  };
};

/** The rows of each service in any answer of counts by slot; a service with an odd row is left out. */
export const readSlotRows = (answer: QueryAnswer): ReadonlyMap<string, readonly SlotRow[]> => {
  const read = columnReader(answer);
  const named = answer.rows.filter((row) => {
    const service = read(row, 'service.name');
    return typeof service === 'string' && isStorableName(service);
  });
  const services = new Map<string, readonly SlotRow[]>();
  for (const [service, rows] of Map.groupBy(named, (row) => String(read(row, 'service.name')))) {
    const slotRows = rows.flatMap((row) => readSlotRow(row, read) ?? []);
    if (slotRows.length === rows.length) services.set(service, slotRows);
  }
  return services;
};

/** Fills the slots of each service, absent ones with zeros. A service with an odd row is a gap, the others stand. */
export const readCounts = (answer: QueryAnswer): CountsAnswer => {
  const read = columnReader(answer);
  const rowsOf = new Map<string, Row[]>();
  const oddNames = new Set<string>();
  for (const row of answer.rows) {
    const service = read(row, 'service.name');
    // Rows of no service belong to nobody's rate.
    if (typeof service !== 'string') continue;
    if (!isStorableName(service)) {
      oddNames.add(service);
      continue;
    }
    const rows = rowsOf.get(service);
    if (rows) rows.push(row);
    else rowsOf.set(service, [row]);
  }
  const services = new Map<string, ServiceCounts>();
  const gaps: DetectionGap[] = [...oddNames].map((name) => ({
    kind: 'query-failed',
    service: null,
    message: `${JSON.stringify(name.slice(0, SHOWN_CHARACTERS))} cannot be judged: the name of a service must be text of at most 400 characters without NUL.`,
  }));
  for (const [service, rows] of rowsOf) {
    const slotRows = rows.flatMap((row) => readSlotRow(row, read) ?? []);
    if (slotRows.length < rows.length) {
      gaps.push({
        kind: 'query-failed',
        service,
        message: `${service} could not be judged: the telemetry store answered with counts that make no sense.`,
      });
      continue;
    }
    // A row exactly as old as the look-back falls one slot beyond the last.
    services.set(
      service,
      buildCounts(
        service,
        slotRows.filter(({ slot }) => slot < SLOT_COUNT),
      ),
    );
  }
  return { services, rowsOf, gaps };
};

/**
 * The usual latency of each service: the median over its clean buckets of the bucket's own
 * percentiles, robust to five bad buckets of twelve.
 */
export const readUsualLatency = (
  answer: QueryAnswer,
  dirtyOf: (service: string) => readonly DirtySpan[],
): ReadonlyMap<string, UsualLatency> => {
  const read = columnReader(answer);
  const buckets = new Map<string, { p50: number[]; p99: number[] }>();
  for (const row of answer.rows) {
    const service = read(row, 'service.name');
    const start = readDate(read(row, 'b'));
    const p50 = read(row, 'p50');
    const p99 = read(row, 'p99');
    if (typeof service !== 'string' || !start || typeof p50 !== 'number' || typeof p99 !== 'number') continue;
    if (isDirty(start.getTime(), start.getTime() + BUCKET_MS, dirtyOf(service))) continue;
    const known = buckets.get(service) ?? { p50: [], p99: [] };
    known.p50.push(p50);
    known.p99.push(p99);
    buckets.set(service, known);
  }
  const usual = new Map<string, UsualLatency>();
  for (const [service, { p50, p99 }] of buckets) {
    const p50Ms = median(p50);
    const p99Ms = median(p99);
    if (p50Ms !== null && p99Ms !== null) usual.set(service, { p50Ms, p99Ms });
  }
  return usual;
};
