import { describe, expect, it } from 'vitest';
import type { Episode } from '#capabilities/detection/advance-episode.ts';
import { NO_SERVICE_STATE, type ServiceState } from '#capabilities/detection/detection-state.ts';
import type { Sample } from '#capabilities/detection/judge/fit-baseline.ts';
import { acceptService, hasBecomeUsual } from '#capabilities/detection/new-normal.ts';
import { SENTINEL } from '#kernel/actor.ts';
import type { JudgedSignal } from '#kernel/anomaly.ts';
import { addMs, HOUR_MS, MINUTE_MS } from '#kernel/duration.ts';
import { AT, BASELINE_A, equalBuckets, NO_KIND_MEMORY, requestCounts } from './support/service-ticks.ts';

const hours = (count: number): Date => addMs(AT, -count * HOUR_MS);

const episode = (onsetAt: Date): Episode => ({
  openedAt: onsetAt,
  onsetAt,
  hasPaged: true,
  passed: [],
  quietTicks: 0,
  quietSince: null,
  lastSeenAt: null,
  isDismissed: false,
});

const latched = (since: Date, ...signals: readonly JudgedSignal[]): ServiceState => ({
  ...NO_SERVICE_STATE,
  guard: { frozen: null, dirty: [{ from: since, to: null }] },
  episodes: new Map(signals.map((signal) => [signal, episode(since)])),
});

const isUsual = (state: ServiceState, before: readonly Sample[], tail?: readonly number[]): boolean =>
  hasBecomeUsual(
    state,
    requestCounts({ now: [], before, ...(tail ? { tail: [0, 0, 0, 0, 0, 0, ...tail] } : {}) }),
    NO_KIND_MEMORY,
    AT,
  );

const EVEN = equalBuckets(30, 1_000);

describe('hasBecomeUsual', () => {
  it('takes an even 3 % for usual after a day', () => {
    expect(isUsual(latched(hours(24), 'error_rate'), EVEN)).toBe(true);
    expect(isUsual(latched(hours(23.9), 'error_rate'), EVEN)).toBe(false);
  });

  it('never takes 5 % for usual by itself', () => {
    expect(isUsual(latched(hours(48), 'error_rate'), equalBuckets(48, 1_000))).toBe(true);
    expect(isUsual(latched(hours(48), 'error_rate'), equalBuckets(51, 1_000))).toBe(false);
    expect(isUsual(latched(hours(48), 'latency'), equalBuckets(51, 1_000))).toBe(false);
  });

  it('waits for an hour in which nothing stands out', () => {
    expect(isUsual(latched(hours(24), 'error_rate'), EVEN.with(3, { k: 120, n: 1_000 }))).toBe(false);
    const tail = Array.from({ length: 12 }, () => 8);
    expect(isUsual(latched(hours(24), 'latency'), BASELINE_A, tail)).toBe(true);
    expect(isUsual(latched(hours(24), 'latency'), BASELINE_A, tail.with(3, 200))).toBe(false);
    expect(isUsual(latched(hours(24), 'error_rate'), BASELINE_A, tail.with(3, 200))).toBe(true);
  });

  it('never takes silence for usual, nor an hour of little traffic, nor what woke nobody', () => {
    expect(isUsual(latched(hours(24), 'error_rate', 'silence'), EVEN)).toBe(false);
    expect(isUsual(latched(hours(24), 'error_rate'), EVEN.slice(0, 9))).toBe(false);
    const unpaged: ServiceState = { ...latched(hours(24), 'error_rate'), guard: { frozen: null, dirty: [] } };
    expect(isUsual(unpaged, EVEN)).toBe(false);
  });
});

describe('acceptService', () => {
  it('counts as usual what was since the last anomaly began', () => {
    const state: ServiceState = {
      ...latched(hours(3), 'error_rate'),
      episodes: new Map([
        ['error_rate', episode(hours(3))],
        ['latency', episode(hours(2))],
      ]),
    };
    const accepted = acceptService('cart-service', state, AT, SENTINEL);
    expect(accepted.state).toEqual({ ...NO_SERVICE_STATE, usualSince: hours(2) });
    expect(accepted.closings.map(({ signal, acceptedBy }) => [signal, acceptedBy])).toEqual([
      ['error_rate', SENTINEL],
      ['latency', SENTINEL],
    ]);
  });

  it('keeps what was unusual before, and forgets what was so only for the normal of before', () => {
    const unusual = [150, 125, 90].map((minutes) => ({
      minute: addMs(AT, -minutes * MINUTE_MS).getTime() / MINUTE_MS,
      window: 'error3',
      excess: 0.1,
    }));
    const state = { ...latched(hours(2), 'error_rate'), unusual };
    expect(acceptService('cart-service', state, AT, SENTINEL).state.unusual).toEqual(unusual.slice(0, 2));
  });

  it('judges a silence that was accepted anew from that moment', () => {
    expect(acceptService('cart-service', latched(hours(1), 'silence'), AT, SENTINEL)).toMatchObject({
      since: AT,
      closings: [{ signal: 'silence', isGone: true }],
    });
  });
});
