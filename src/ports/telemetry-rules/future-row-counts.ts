import type { FutureRows } from '../telemetry-store.ts';
import { MAX_FUTURE_SERVICES } from './row-limits.ts';

const OTHERS = 'other services';

export interface FutureRowCounts {
  add(service: string, skewMs: number, seenAt: Date): void;
  list(): readonly FutureRows[];
}

export const createFutureRowCounts = (): FutureRowCounts => {
  const counts = new Map<string, FutureRows>();
  return {
    add: (service, skewMs, seenAt) => {
      const key = counts.has(service) || counts.size < MAX_FUTURE_SERVICES ? service : OTHERS;
      const before = counts.get(key);
      counts.set(key, {
        service: key,
        count: (before?.count ?? 0) + 1,
        largestSkewMs: Math.max(before?.largestSkewMs ?? 0, skewMs),
        lastSeenAt: seenAt,
      });
    },
    list: () => [...counts.values()],
  };
};
