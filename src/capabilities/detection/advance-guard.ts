import type { QueryEvidence } from '#kernel/anomaly.ts';
import { addMs, MINUTE_MS } from '#kernel/duration.ts';
import type { BaselineGuard, DirtySpan, ServiceBaseline, UsualLatency } from './judge/service-baseline.ts';
import { LOOK_BACK_MS } from './judge/slots.ts';

// The current window is not yet in any baseline: it becomes dirty from its start.
const DIRTY_LEAD_MS = 5 * MINUTE_MS;

const isOngoing = (span: DirtySpan): boolean => span.to === null;

/**
 * Freezes a service's baseline while an episode that paged is open, marks the time as
 * dirty, and lets go of both once six clean buckets are there again.
 */
export const advanceGuard = (
  guard: BaselineGuard,
  baseline: ServiceBaseline,
  usualLatency: UsualLatency | null,
  isLatched: boolean,
  at: Date,
  bucketsAt: Date = at,
  evidence: QueryEvidence | null = null,
): BaselineGuard => {
  const edge = addMs(at, -DIRTY_LEAD_MS);
  const isMarking = guard.dirty.some(isOngoing);
  if (isLatched) {
    if (isMarking && guard.frozen) return guard;
    return {
      frozen: guard.frozen ?? { unit: baseline.unit, buckets: baseline.buckets, usualLatency, evidence },
      dirty: isMarking ? guard.dirty : [...guard.dirty, { from: edge, to: null }],
    };
  }
  const horizonMs = Math.min(at.getTime(), bucketsAt.getTime()) - LOOK_BACK_MS;
  const isChanged =
    isMarking ||
    (guard.frozen !== null && !baseline.isFrozen) ||
    guard.dirty.some((span) => span.to !== null && span.to.getTime() < horizonMs);
  if (!isChanged) return guard;
  return {
    frozen: isMarking || baseline.isFrozen ? guard.frozen : null,
    dirty: guard.dirty
      .map((span) => (isOngoing(span) ? { ...span, to: edge } : span))
      .filter((span) => span.to === null || span.to.getTime() >= horizonMs),
  };
};
