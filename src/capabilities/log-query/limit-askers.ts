import type { Actor } from '#kernel/actor.ts';
import type { Clock } from '#kernel/clock.ts';
import { addMs, MINUTE_MS } from '#kernel/duration.ts';

export interface AskerLimits {
  /** Queries of one person that run at the same time. */
  readonly atOnce: number;
  readonly perMinute: number;
}

export type TooMany =
  | { readonly kind: 'too-many'; readonly why: 'at-once'; readonly most: number }
  | { readonly kind: 'too-many'; readonly why: 'per-minute'; readonly most: number; readonly until: Date };

/** Runs what a person asks for, or says why not now. Whoever is no person is not limited. */
export type LimitAsking = <T>(actor: Actor, run: () => Promise<T>) => Promise<T | TooMany>;

interface Asker {
  running: number;
  begun: readonly Date[];
}

/** Of this process: another instance counts for itself. */
export const limitAskers = ({ clock }: { readonly clock: Clock }, limits: AskerLimits): LimitAsking => {
  const askers = new Map<string, Asker>();

  /** Who neither runs nor has run anything for a minute is not remembered. */
  const forgetIdle = (since: Date): void => {
    for (const [id, { running, begun }] of askers) {
      if (running === 0 && begun.every((at) => at <= since)) askers.delete(id);
    }
  };

  return async (actor, run) => {
    if (actor.kind !== 'person') return run();
    const now = clock.now();
    const since = addMs(now, -MINUTE_MS);
    forgetIdle(since);
    const asker = askers.get(actor.id) ?? { running: 0, begun: [] };
    asker.begun = asker.begun.filter((at) => at > since);
    if (asker.running >= limits.atOnce) return { kind: 'too-many', why: 'at-once', most: limits.atOnce };
    const [oldest] = asker.begun;
    if (oldest !== undefined && asker.begun.length >= limits.perMinute) {
      return { kind: 'too-many', why: 'per-minute', most: limits.perMinute, until: addMs(oldest, MINUTE_MS) };
    }
    askers.set(actor.id, asker);
    asker.begun = [...asker.begun, now];
    asker.running += 1;
    try {
      return await run();
    } finally {
      asker.running -= 1;
    }
  };
};
