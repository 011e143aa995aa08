import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDetectionStatus } from '#capabilities/detection/index.ts';
import { runDetectionTick } from '#capabilities/detection/run-detection-tick.ts';
import { watchDetection } from '#capabilities/watchdog/index.ts';
import type { StateStore } from '#database/state-store.ts';
import { AppError } from '#kernel/errors.ts';
import type { Notice } from '#ports/incident-board.ts';
import { openTestState } from '../../support/state.ts';
import { type MemoryTelemetryStore, memoryTelemetryStore } from '../detection/support/memory-telemetry-store.ts';
import { BASELINE_A, requestCounts } from '../detection/support/service-ticks.ts';
import { tickWorld } from '../detection/support/tick-world.ts';

let state: StateStore;
beforeEach(async () => {
  state = await openTestState();
});
afterEach(() => state.close());

const FAILING = requestCounts({ now: [{ k: 50, n: 50 }], before: BASELINE_A });

describe('ticks that judge nothing', () => {
  it.each([
    [
      'the counts are cut',
      'unreadable',
      'blind',
      (store: MemoryTelemetryStore) => {
        store.isCut = true;
      },
    ],
    [
      'the counts query is refused',
      'unreadable',
      'blind',
      (store: MemoryTelemetryStore) => {
        store.fault = new AppError({ code: 'rejected', isRetryable: false, userMessage: 'The query was refused.' });
      },
    ],
    [
      'the telemetry store does not answer',
      'unreachable',
      'blind',
      (store: MemoryTelemetryStore) => {
        store.fault = new AppError({ code: 'unavailable', isRetryable: true, userMessage: 'It does not answer.' });
      },
    ],
    [
      'nothing arrives',
      'silent',
      'telemetry-gap',
      (store: MemoryTelemetryStore) => {
        store.counts = [];
      },
    ],
  ] as const)('are told on the board and in the status, where %s', async (_, sight, kind, breakStore) => {
    const store = memoryTelemetryStore();
    store.counts = [FAILING];
    const { deps, clock } = tickWorld(state.db, store);
    await runDetectionTick(deps);
    expect((await readDetectionStatus(deps)).sight).toBe('seeing');
    clock.advance(30_000);
    breakStore(store);
    const posted: Notice[] = [];
    const settings = { intervalMs: 30_000, processStartedAt: clock.now() };
    const board = {
      postNotice: (notice: Notice) => {
        posted.push(notice);
        return Promise.resolve();
      },
    };
    for (let tick = 0; tick < 6; tick += 1) {
      await runDetectionTick(deps);
      clock.advance(30_000);
      await watchDetection({ ...deps, board, settings });
    }
    expect(posted.map((notice) => notice.kind)).toEqual([kind]);
    expect(posted[0]?.detail).toContain('This is not an all-clear.');
    expect(await watchDetection({ ...deps, board, settings })).toMatchObject({ kind: 'blind', reason: sight });
    expect((await readDetectionStatus(deps)).sight).toBe(sight);
  });
});
