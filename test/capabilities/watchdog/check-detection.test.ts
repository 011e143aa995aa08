import { describe, expect, test } from 'vitest';
import { checkDetection, type TickRecord } from '#capabilities/watchdog/check-detection.ts';
import type { TickSight } from '#kernel/anomaly.ts';

const START = new Date('2026-11-20T10:00:00Z');
const INTERVAL_MS = 30_000;
const at = (seconds: number): Date => new Date(START.getTime() + seconds * 1000);
const tick = (finishedSeconds: number, sight: TickSight = 'seeing'): TickRecord => ({
  startedAt: at(finishedSeconds - 1),
  finishedAt: at(finishedSeconds),
  sight,
  unseenBecause: sight === 'seeing' ? null : `It is ${sight}.`,
});
const check = (nowSeconds: number, ticks: readonly TickRecord[], processStartedAt = START) =>
  checkDetection(at(nowSeconds), INTERVAL_MS, processStartedAt, ticks);

describe('checkDetection', () => {
  test('is watching while ticks finish', () => {
    expect(check(100, [tick(90), tick(60), tick(30)])).toEqual({ kind: 'watching' });
  });

  test('is still watching when the last tick is exactly three intervals old', () => {
    expect(check(180, [tick(90)])).toEqual({ kind: 'watching' });
  });

  test('is blind once no tick has finished for longer than three intervals', () => {
    expect(check(181, [tick(90), tick(60)])).toEqual({ kind: 'blind', reason: 'no-tick', since: at(90) });
  });

  test('is unsure for three intervals after the process has started, whatever came before', () => {
    expect(check(90, [])).toEqual({ kind: 'unsure' });
    expect(check(90, [tick(-3600)])).toEqual({ kind: 'unsure' });
  });

  test('is blind since the process started if no tick ever finished', () => {
    expect(check(91, [])).toEqual({ kind: 'blind', reason: 'no-tick', since: START });
  });

  test('is blind since the last tick of an earlier process', () => {
    expect(check(91, [tick(-3600)])).toEqual({ kind: 'blind', reason: 'no-tick', since: at(-3600) });
  });

  test('sees at once when another instance ticks, however young this process is', () => {
    expect(check(1, [tick(0)])).toEqual({ kind: 'watching' });
  });

  test('is unsure, not watching, while the first ticks see nothing', () => {
    expect(check(100, [tick(90, 'unreachable'), tick(60, 'silent'), tick(30)])).toEqual({ kind: 'unsure' });
  });

  test.each(['unreachable', 'unreadable', 'silent'] as const)(
    'is blind for another reason once three ticks running were %s',
    (sight) => {
      expect(check(100, [tick(90, sight), tick(60, sight), tick(30, sight)])).toEqual({
        kind: 'blind',
        reason: sight,
        since: at(29),
        because: `It is ${sight}.`,
      });
    },
  );

  test('is blind for the latest reason where they change', () => {
    const ticks = [tick(90, 'unreadable'), tick(60, 'unreachable'), tick(30, 'silent')];
    expect(check(100, ticks)).toMatchObject({ kind: 'blind', reason: 'unreadable', since: at(29) });
  });

  test('sees again with the first tick that sees', () => {
    expect(check(130, [tick(120), tick(90, 'silent'), tick(60, 'silent')])).toEqual({ kind: 'watching' });
  });
});
