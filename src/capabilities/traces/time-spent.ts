import type { Trace } from './span.ts';

/** What spans of one service and name took of the critical path by themselves. */
export interface TimeSpent {
  readonly service: string;
  readonly name: string;
  readonly criticalMs: number;
  /** Spans on the critical path. */
  readonly times: number;
}

/** Where most of the critical path was spent; null of a trace without duration. */
export const spentMost = (trace: Trace): TimeSpent | null => {
  const spent = trace.spans.filter(({ criticalMs }) => criticalMs > 0);
  const groups = Map.groupBy(spent, ({ service, name }) => JSON.stringify([service, name]));
  return [...groups.values()]
    .flatMap(([first, ...others]): readonly TimeSpent[] =>
      first === undefined
        ? []
        : [
            {
              service: first.service,
              name: first.name,
              criticalMs: others.reduce((sum, { criticalMs }) => sum + criticalMs, first.criticalMs),
              times: others.length + 1,
            },
          ],
    )
    .reduce<TimeSpent | null>((most, each) => (each.criticalMs > (most?.criticalMs ?? 0) ? each : most), null);
};
