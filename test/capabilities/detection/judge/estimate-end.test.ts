import { describe, expect, it } from 'vitest';
import { estimateEndAge } from '#capabilities/detection/judge/estimate-end.ts';
import { CURRENT_MS } from '#capabilities/detection/judge/slots.ts';

const ROWS = [100, 100, 100, 100, 200, 400];

describe('when bad rows ended', () => {
  it('is where five healthy minutes begin', () => {
    expect(estimateEndAge([0, 0, 1, 0, 0, 1], ROWS, 0.003)).toBe(CURRENT_MS);
  });

  it('is where they begin too when the oldest slot holds the end of the fault', () => {
    expect(estimateEndAge([0, 0, 0, 0, 0, 40], ROWS, 0.003)).toBe(CURRENT_MS);
  });

  it('is the newer edge of a short burst', () => {
    expect(estimateEndAge([0, 1, 12, 0, 0, 0], ROWS, 0.003)).toBe(60_000);
    expect(estimateEndAge([0, 0, 0, 0, 30, 2], ROWS, 0.003)).toBe(120_000);
  });

  it('is not moved by slots without rows', () => {
    expect(estimateEndAge([0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0], 0.003)).toBe(CURRENT_MS);
  });
});
