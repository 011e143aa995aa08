import type { Evidence, QueryEvidence } from '#kernel/anomaly.ts';
import type { DirtySpan, FrozenBaseline, ServiceBaseline } from './judge/service-baseline.ts';
import { isDirty } from './judge/service-baseline.ts';
import { BASELINE_BUCKETS, bucketSpan, CURRENT_SLOTS } from './judge/slots.ts';

const bucketsOf = (
  { query, parameters, window, columns, rows }: QueryEvidence,
  isUsed: (bucket: number) => boolean,
): QueryEvidence => {
  const slotAt = columns.indexOf('slot');
  const isBucket = (row: readonly unknown[]): boolean => {
    const bucket = Number(row[slotAt]) - CURRENT_SLOTS.length;
    return bucket >= 0 && bucket < BASELINE_BUCKETS && isUsed(bucket);
  };
  return { query, parameters, window, columns, rows: rows.filter(isBucket) };
};

/** The evidence of a tick, with what the baseline was counted from where that is not all of its own buckets. */
export const withBaseline = (
  evidence: Evidence,
  { isFrozen }: ServiceBaseline,
  frozen: FrozenBaseline | null,
  dirty: readonly DirtySpan[],
  bucketsAt: Date,
): Evidence => {
  const { baseline: counted, ...current } = evidence;
  if (isFrozen) return frozen?.evidence ? { ...current, baseline: frozen.evidence } : current;
  if (dirty.length === 0) return evidence;
  const isClean = (bucket: number): boolean => {
    const { fromMs, toMs } = bucketSpan(bucket, bucketsAt);
    return !isDirty(fromMs, toMs, dirty);
  };
  return { ...current, baseline: bucketsOf(counted ?? current, isClean) };
};

/** What stands behind the baseline of a tick, to be kept while it is frozen. */
export const baselineOfEvidence = (shown: Evidence): QueryEvidence => shown.baseline ?? bucketsOf(shown, () => true);
