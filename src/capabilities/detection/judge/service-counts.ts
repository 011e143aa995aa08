import { CURRENT_SLOTS, SLOT_COUNT } from './slots.ts';

export const COUNT_FIELDS = ['lines', 'errorLines', 'requests', 'failed', 'mid', 'tail', 'far'] as const;
export type CountField = (typeof COUNT_FIELDS)[number];

/** Rows per slot or bucket, newest first; a slot without rows is 0. */
export type Counts = Readonly<Record<CountField, readonly number[]>>;

/** Of buckets that were counted before this tick. */
export interface BucketsOrigin {
  /** They end five minutes before. */
  readonly countedAt: Date;
  /** The newest of them is told for the first time. */
  readonly isNewSample: boolean;
}

export interface ServiceCounts {
  readonly service: string;
  /** h0..h3, m3, m5, b0..b11. */
  readonly slots: Counts;
  readonly lastSeenAt: Date | null;
  /** Absent where buckets and current slots are of one answer. */
  readonly buckets?: BucketsOrigin;
}

/** What a row is: a request, or a log line where the service logs no requests. */
export type RowUnit = 'requests' | 'log lines';

/** `error`: failed; `mid`: slower than 1.25 × usual median; `tail`: than 1.2 × usual p99. */
export type CountedKind = 'error' | 'mid' | 'tail';

export const badField = (kind: CountedKind, unit: RowUnit): CountField => {
  if (kind === 'error') return unit === 'requests' ? 'failed' : 'errorLines';
  return kind;
};

export const totalField = (unit: RowUnit): CountField => (unit === 'requests' ? 'requests' : 'lines');

export const mapCounts = (counts: Counts, change: (values: readonly number[]) => readonly number[]): Counts => ({
  lines: change(counts.lines),
  errorLines: change(counts.errorLines),
  requests: change(counts.requests),
  failed: change(counts.failed),
  mid: change(counts.mid),
  tail: change(counts.tail),
  far: change(counts.far),
});

const ZEROS: readonly number[] = Array.from({ length: SLOT_COUNT }, () => 0);

export const NO_COUNTS: Counts = {
  lines: ZEROS,
  errorLines: ZEROS,
  requests: ZEROS,
  failed: ZEROS,
  mid: ZEROS,
  tail: ZEROS,
  far: ZEROS,
};

export const unseenService = (service: string): ServiceCounts => ({ service, slots: NO_COUNTS, lastSeenAt: null });

export const baselineOf = (slots: Counts): Counts =>
  mapCounts(slots, (values) => values.slice(CURRENT_SLOTS.length, SLOT_COUNT));
