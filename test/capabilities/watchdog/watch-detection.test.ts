import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { forgetNotices, watchDetection, type WatchDetectionDeps } from '#capabilities/watchdog/index.ts';
import type { StateStore } from '#database/state-store.ts';
import type { TickSight } from '#kernel/anomaly.ts';
import { AppError } from '#kernel/errors.ts';
import type { Notice } from '#ports/incident-board.ts';
import { openTestState } from '../../support/state.ts';

const START = new Date('2026-11-20T10:00:00Z');
const at = (seconds: number): Date => new Date(START.getTime() + seconds * 1000);
const QUIET_LOGGER = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

describe('watchDetection', () => {
  let store: StateStore;
  let now: Date;
  let posted: Notice[];
  let isBoardDown: boolean;

  beforeAll(async () => {
    store = await openTestState();
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    await store.db.deleteFrom('detection_ticks').execute();
    await store.db.deleteFrom('notices').execute();
    posted = [];
    isBoardDown = false;
    now = START;
  });

  const depsOf = (): WatchDetectionDeps => ({
    db: store.db,
    clock: { now: () => now },
    logger: QUIET_LOGGER,
    settings: { intervalMs: 30_000, processStartedAt: START },
    board: {
      postNotice: (notice) => {
        if (isBoardDown) {
          return Promise.reject(
            new AppError({ code: 'unavailable', isRetryable: true, userMessage: 'Slack is down.' }),
          );
        }
        posted.push(notice);
        return Promise.resolve();
      },
    },
  });
  const watchAt = (seconds: number) => {
    now = at(seconds);
    return watchDetection(depsOf());
  };
  const finishTick = (
    seconds: number,
    sight: TickSight = 'seeing',
    unseenBecause: string | null = null,
    gaps = '[]',
  ): Promise<unknown> =>
    store.db
      .insertInto('detection_ticks')
      .values({
        started_at: at(seconds),
        finished_at: at(seconds),
        services: 5,
        gaps,
        sight,
        unseen_because: unseenBecause,
      })
      .execute();
  const kinds = (): readonly string[] => posted.map(({ kind }) => kind);

  test('says nothing while ticks finish', async () => {
    await finishTick(30);
    expect(await watchAt(60)).toEqual({ kind: 'watching' });
    expect(posted).toEqual([]);
  });

  test('says once that it is blind, and once that it sees again, with after how long', async () => {
    await finishTick(30);
    for (const seconds of [121, 131, 300]) await watchAt(seconds);
    expect(posted).toEqual([expect.objectContaining({ kind: 'blind', headline: 'Sentinel has not looked for 91 s' })]);
    expect(posted[0]?.detail).toContain(
      'This is not an all-clear. No detection tick has finished for 3 intervals of 30 s',
    );
    await finishTick(510);
    for (const seconds of [510, 520, 530]) await watchAt(seconds);
    expect(kinds()).toEqual(['blind', 'sees-again']);
    expect(posted[1]?.headline).toBe('Sentinel sees again after 8 min');
  });

  test.each([
    ['unreachable', 'blind', 'Sentinel cannot reach the telemetry', 'none could read any logs or spans'],
    ['unreadable', 'blind', 'Sentinel cannot judge the telemetry', 'The last one says: More services than fit.'],
    ['silent', 'telemetry-gap', 'No telemetry arrives from any service', 'More services than fit. New incidents'],
  ] as const)('says it in other words when ticks finish but are %s', async (sight, kind, headline, words) => {
    for (const seconds of [30, 60, 90]) await finishTick(seconds, sight, 'More services than fit.');
    expect(await watchAt(95)).toMatchObject({ kind: 'blind', reason: sight });
    await watchAt(99);
    expect(posted).toEqual([expect.objectContaining({ kind, headline })]);
    expect(posted[0]?.detail).toContain(words);
    await finishTick(120);
    await watchAt(125);
    expect(kinds()).toEqual([kind, 'sees-again']);
  });

  test.each([null, 'auth'])('does not mind gaps of a tick that sees, be they of %s', async (service) => {
    const gaps = JSON.stringify([{ kind: 'telemetry-unreachable', service, message: 'Half of it did not answer.' }]);
    for (const seconds of [30, 60, 90]) await finishTick(seconds, 'seeing', null, gaps);
    expect(await watchAt(95)).toEqual({ kind: 'watching' });
  });

  test('tells a second blindness again', async () => {
    await watchAt(100);
    await finishTick(110);
    await watchAt(120);
    await watchAt(210);
    await finishTick(220);
    await watchAt(230);
    expect(kinds()).toEqual(['blind', 'sees-again', 'blind', 'sees-again']);
    expect(new Set(posted.map(({ key }) => key)).size).toBe(4);
  });

  test('says it once when several instances notice at the same moment', async () => {
    now = at(100);
    await Promise.all([watchDetection(depsOf()), watchDetection(depsOf()), watchDetection(depsOf())]);
    expect(kinds()).toEqual(['blind']);
  });

  test('tries again under the same key while the board is down', async () => {
    isBoardDown = true;
    await expect(watchAt(100)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(watchAt(110)).rejects.toMatchObject({ code: 'unavailable' });
    isBoardDown = false;
    await watchAt(120);
    await watchAt(130);
    expect(kinds()).toEqual(['blind']);
  });

  test('says what an instance claimed that died before it could say it', async () => {
    const dying = { ...depsOf(), board: { postNotice: () => new Promise<never>(() => undefined) } };
    now = at(100);
    void watchDetection(dying);
    await watchAt(100);
    expect(kinds()).toEqual([]);
    await watchAt(161);
    expect(kinds()).toEqual(['blind']);
  });

  test('forgets what was said long ago and does not say it again', async () => {
    await watchAt(100);
    await finishTick(110);
    await watchAt(120);
    expect(await forgetNotices(store.db, at(3600))).toBe(3);
    await finishTick(3600);
    await watchAt(3600);
    expect(kinds()).toEqual(['blind', 'sees-again']);
  });
});
