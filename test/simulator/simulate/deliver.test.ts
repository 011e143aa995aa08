import { describe, expect, it } from 'vitest';
import { createTally, deliver } from '../../../simulator/simulate/deliver.ts';
import { type Document, type SendOutcome, SimulateFault, type Target } from '../../../simulator/simulate/target.ts';

const documents = (count: number): readonly Document[] =>
  Array.from({ length: count }, (_, index) => ({ id: `r-${index}`, json: '{}' }));

const run = async (answers: readonly SendOutcome[] | ((sent: number) => SendOutcome), count = 10, endsAfter = 1e9) => {
  const sent: number[] = [];
  const waits: number[] = [];
  const target: Target = {
    name: 'a target',
    prepare: () => Promise.resolve(),
    send: (_kind, batch) => {
      sent.push(batch.length);
      const answer = typeof answers === 'function' ? answers(batch.length) : answers[sent.length - 1];
      return Promise.resolve(answer ?? { kind: 'done', accepted: batch.length, refused: null });
    },
  };
  const tally = createTally();
  const deps = {
    target,
    wait: (ms: number) => Promise.resolve(void waits.push(ms)),
    isEnding: () => sent.length >= endsAfter,
    onWait: () => undefined,
  };
  const outcome = await deliver(deps, tally, 'logs', documents(count)).catch((error: unknown) => error);
  return { sent, waits, tally, outcome };
};

const busy = (rest: number, afterMs: number | null = null, accepted = 0): SendOutcome => ({
  kind: 'later',
  accepted,
  refused: null,
  rest: documents(rest),
  afterMs,
  reason: 'it answers 429',
});

describe('delivering', () => {
  it('waits exactly as long as the target asks for, and counts it', async () => {
    const { waits, tally } = await run([busy(10, 7000)]);
    expect(waits).toEqual([7000]);
    expect(tally).toMatchObject({ accepted: { logs: 10 }, waits: 1, waitedMs: 7000, unsent: 0 });
  });

  it('waits longer each time where the target does not say, and begins anew when something was taken', async () => {
    const { waits, sent } = await run([busy(10), busy(10), busy(10), busy(6, null, 4), busy(6)]);
    expect(waits).toEqual([1000, 2000, 4000, 1000, 2000]);
    expect(sent).toEqual([10, 10, 10, 10, 6, 6]);
  });

  it('sends only what is left', async () => {
    const { sent, tally } = await run([busy(3, 0, 7)]);
    expect(sent).toEqual([10, 3]);
    expect(tally.accepted.logs).toBe(10);
  });

  it('halves what is too large, and refuses the one row that is too large alone', async () => {
    const halved = await run((sent) =>
      sent > 3 ? { kind: 'too-large' } : { kind: 'done', accepted: sent, refused: null },
    );
    expect(halved.sent).toEqual([10, 5, 3, 2, 5, 3, 2]);
    expect(halved.tally.accepted.logs).toBe(10);
    const alone = await run(() => ({ kind: 'too-large' }), 2);
    expect(alone.tally).toMatchObject({ refusedCount: 2, accepted: { logs: 0 } });
  });

  it('counts refused rows by their reason', async () => {
    const { tally } = await run([{ kind: 'done', accepted: 8, refused: { count: 2, reason: 'level is a number' } }]);
    expect(tally.refusedCount).toBe(2);
    expect([...tally.refused]).toEqual([['level is a number', 2]]);
  });

  it('stops between attempts when the simulation ends, and says how many rows were left', async () => {
    const { sent, tally } = await run(() => busy(10), 10, 3);
    expect(sent).toHaveLength(3);
    expect(tally.unsent).toBe(10);
  });

  it('gives up a target that takes nothing for ten minutes', async () => {
    const { outcome, waits } = await run(() => busy(10));
    expect(outcome).toBeInstanceOf(SimulateFault);
    expect(String(outcome)).toMatch(/takes nothing any more: it answers 429/);
    expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(600_000);
  });
});
