import { expect, test, vi } from 'vitest';
import { createStateStoreWatch } from '#capabilities/watchdog/index.ts';
import { addMs, SECOND_MS } from '#kernel/duration.ts';
import { recordingLogger } from '../../support/recording.ts';

const START = new Date('2026-11-21T02:00:00Z');

const watchOf = () => {
  const state = { isThere: true, now: START };
  const postUnrecorded = vi.fn((_notice: { readonly headline: string }) => Promise.resolve());
  const check = createStateStoreWatch({
    pingState: () => (state.isThere ? Promise.resolve() : Promise.reject(new Error('gone'))),
    board: { postUnrecorded },
    clock: { now: () => state.now },
    logger: recordingLogger(),
    settings: { intervalMs: 30 * SECOND_MS, processStartedAt: START },
  });
  const checkAt = (seconds: number): Promise<boolean> => {
    state.now = addMs(START, seconds * SECOND_MS);
    return check();
  };
  return { state, checkAt, postUnrecorded, said: () => postUnrecorded.mock.calls.map(([notice]) => notice.headline) };
};

test('says once that the database is away for three intervals, and once that it is back', async () => {
  const { state, checkAt, said } = watchOf();
  expect(await checkAt(10)).toBe(true);
  state.isThere = false;
  expect(await checkAt(60)).toBe(false);
  expect(said()).toEqual([]);
  await checkAt(110);
  await checkAt(120);
  expect(said()).toEqual(['Sentinel cannot reach its own database']);
  state.isThere = true;
  expect(await checkAt(310)).toBe(true);
  await checkAt(320);
  expect(said()).toEqual(['Sentinel cannot reach its own database', 'Sentinel sees again after 5 min']);
});

test('says nothing of a short absence', async () => {
  const { state, checkAt, said } = watchOf();
  state.isThere = false;
  await checkAt(80);
  state.isThere = true;
  await checkAt(90);
  expect(said()).toEqual([]);
});

test('tries a notice again that Slack refused', async () => {
  const { state, checkAt, postUnrecorded, said } = watchOf();
  state.isThere = false;
  postUnrecorded.mockRejectedValueOnce(new Error('Slack is away'));
  await expect(checkAt(100)).rejects.toMatchObject({ name: 'NoticeNotPosted', cause: new Error('Slack is away') });
  await checkAt(110);
  expect(said()).toHaveLength(2);
});
