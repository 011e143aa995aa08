import type { Clock } from '#kernel/clock.ts';
import { SECOND_MS } from '#kernel/duration.ts';
import type { Logger } from '#ports/logger.ts';

const QUIET_MS = 10 * SECOND_MS;

/**
 * Warns of a fault that connections repeat many times a second while a server is away:
 * each text at most once in ten seconds, with how many were left out in between.
 */
export const createFaultLog = (deps: { readonly clock: Clock; readonly logger: Logger }) => {
  const recent = new Map<string, { readonly saidAtMs: number; leftOut: number }>();
  return (fields: Readonly<Record<string, unknown>>, error: Error, message: string): void => {
    const nowMs = deps.clock.now().getTime();
    const key = `${message}: ${error.message}`;
    const earlier = recent.get(key);
    if (earlier && nowMs - earlier.saidAtMs < QUIET_MS) {
      earlier.leftOut += 1;
      return;
    }
    for (const [old, { saidAtMs }] of recent) if (nowMs - saidAtMs >= QUIET_MS) recent.delete(old);
    recent.set(key, { saidAtMs: nowMs, leftOut: 0 });
    deps.logger.warn({ ...fields, err: error, leftOut: earlier?.leftOut ?? 0 }, message);
  };
};

export type FaultLog = ReturnType<typeof createFaultLog>;
