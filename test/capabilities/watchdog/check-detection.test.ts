import { describe, expect, test } from 'vitest';
import { checkDetection, type TickRecord } from '#capabilities/watchdog/check-detection.ts';

const START = new Date('2026-11-20T10:00:00Z');
const INTERVAL_MS = 30_000;
const at = (seconds: number): Date => new Date(START.getTime() + seconds * 1000);
const tick = (finishedSeconds: number, couldLook = true): TickRecord => ({
  startedAt: at(finishedSeconds - 1),
  finishedAt: at(finishedSeconds),
  couldLook,
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

  test('is unsure, not watching, while the first ticks cannot reach the telemetry', () => {
    expect(check(100, [tick(90, false), tick(60, false), tick(30)])).toEqual({ kind: 'unsure' });
  });

  test('is blind for another reason once three ticks running could not reach the telemetry', () => {
    expect(check(100, [tick(90, false), tick(60, false), tick(30, false)])).toEqual({
      kind: 'blind',
      reason: 'telemetry-unreachable',
      since: at(29),
    });
  });

  test('sees again with the first tick that looked', () => {
    expect(check(130, [tick(120), tick(90, false), tick(60, false)])).toEqual({ kind: 'watching' });
  });
});
