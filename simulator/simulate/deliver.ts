import { MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import type { TelemetryKind } from './flags.ts';
import { type Document, type Refusal, SimulateFault, type Target } from './target.ts';

export interface DeliverDeps {
  readonly target: Target;
  /** Resolves after that time, or at once when the simulation ends. */
  readonly wait: (ms: number) => Promise<void>;
  readonly isEnding: () => boolean;
  readonly onWait: (reason: string, ms: number) => void;
}

/** What became of all rows so far. */
export interface Tally {
  readonly accepted: Record<TelemetryKind, number>;
  refusedCount: number;
  /** Rows by the reason why they were refused. */
  readonly refused: Map<string, number>;
  waits: number;
  waitedMs: number;
  /** Handed over neither way when the simulation ended. */
  unsent: number;
}

const FIRST_WAIT_MS = SECOND_MS;
const MOST_WAIT_MS = 30 * SECOND_MS;
// A target that takes nothing for so long will not be waited for.
const GIVE_UP_MS = 10 * MINUTE_MS;
const MOST_REASONS = 20;

export const createTally = (): Tally => ({
  accepted: { logs: 0, spans: 0, metrics: 0 },
  refusedCount: 0,
  refused: new Map(),
  waits: 0,
  waitedMs: 0,
  unsent: 0,
});

/** Sends until all is taken or refused, as slowly as the target asks for; in halves where it is too much at once. */
export const deliver = async (
  deps: DeliverDeps,
  tally: Tally,
  kind: TelemetryKind,
  documents: readonly Document[],
): Promise<void> => {
  let rest = documents;
  let fruitlessMs = 0;
  let nextWaitMs = FIRST_WAIT_MS;
  while (rest.length > 0) {
    const outcome = await deps.target.send(kind, rest);
    if (outcome.kind === 'too-large') {
      await deliverInHalves(deps, tally, kind, rest);
      return;
    }
    tally.accepted[kind] += outcome.accepted;
    if (outcome.refused) countRefusal(tally, outcome.refused);
    if (outcome.kind === 'done') return;
    if (outcome.rest.length < rest.length) {
      fruitlessMs = 0;
      nextWaitMs = FIRST_WAIT_MS;
    }
    rest = outcome.rest;
    if (deps.isEnding()) {
      tally.unsent += rest.length;
      return;
    }
    const ms = outcome.afterMs ?? nextWaitMs;
    fruitlessMs += ms;
    if (fruitlessMs > GIVE_UP_MS) {
      throw new SimulateFault(`${deps.target.name} takes nothing any more: ${outcome.reason}.`);
    }
    tally.waits += 1;
    tally.waitedMs += ms;
    deps.onWait(outcome.reason, ms);
    await deps.wait(ms);
    nextWaitMs = Math.min(MOST_WAIT_MS, 2 * nextWaitMs);
  }
};

const deliverInHalves = async (
  deps: DeliverDeps,
  tally: Tally,
  kind: TelemetryKind,
  documents: readonly Document[],
): Promise<void> => {
  if (documents.length === 1) {
    countRefusal(tally, { count: 1, reason: 'the row alone is larger than the target takes' });
    return;
  }
  const middle = Math.ceil(documents.length / 2);
  await deliver(deps, tally, kind, documents.slice(0, middle));
  await deliver(deps, tally, kind, documents.slice(middle));
};

const countRefusal = (tally: Tally, { count, reason }: Refusal): void => {
  tally.refusedCount += count;
  if (tally.refused.has(reason) || tally.refused.size < MOST_REASONS) {
    tally.refused.set(reason, (tally.refused.get(reason) ?? 0) + count);
  }
};
