import type { DetectionGap } from '../app/create-replay.ts';
import type { ReportedGap } from './report.ts';

interface Span {
  readonly gap: DetectionGap;
  readonly fromMs: number;
  readonly toMs: number;
  readonly checks: number;
}

export interface GapCollection {
  add(atMs: number, gaps: readonly DetectionGap[]): void;
  /** In the order in which they were first said. */
  list(): readonly ReportedGap[];
}

// One service each, of the most that a check can judge.
const MOST_GAPS = 5_000;

/** Joins what many checks say of the same kind and service. */
export const createGapCollection = (): GapCollection => {
  const spans = new Map<string, Span>();
  return {
    add: (atMs, gaps) => {
      for (const gap of gaps) {
        const key = `${gap.kind} ${gap.service ?? ''}`;
        const known = spans.get(key);
        if (!known && spans.size >= MOST_GAPS) continue;
        spans.set(key, { gap, fromMs: known?.fromMs ?? atMs, toMs: atMs, checks: (known?.checks ?? 0) + 1 });
      }
    },
    list: () =>
      [...spans.values()].map(({ gap: { kind, service, message }, fromMs, toMs, checks }) => ({
        kind,
        service,
        from: new Date(fromMs).toISOString(),
        to: new Date(toMs).toISOString(),
        checks,
        message,
      })),
  };
};
