import { CURRENT_SLOTS } from './slots.ts';

export interface Onset {
  /** How long before T. */
  readonly ageMs: number;
  /** False: even the oldest slot is bad, it may have begun earlier. */
  readonly isWithinView: boolean;
}

// Twice the gain is chi-squared with one degree of freedom: 4 is about 95 %.
const LEAST_GAIN_OF_PART = 2;

const logLikelihoodGain = (k: number, n: number, usual: number, now: number): number =>
  (k > 0 ? k * Math.log(now / usual) : 0) + (n > k ? (n - k) * Math.log((1 - now) / (1 - usual)) : 0);

/** How much of a slot was bad, if the rate jumped from the usual one to the one since at one moment of it. */
const badPart = (k: number, n: number, usual: number, since: number): number =>
  n > 0 && since > usual ? Math.min(1, Math.max(0, (k / n - usual) / (since - usual))) : 1;

/**
 * When the bad rows began: the change point of greatest likelihood between the usual rate
 * and the one since (Hinkley 1970), over the slots of the last five minutes. Of a slot that
 * is only partly bad, its newer part is taken.
 */
export const estimateOnset = (
  badBySlot: readonly number[],
  rowsBySlot: readonly number[],
  usualRate: number,
): Onset => {
  let k = 0;
  let n = 0;
  let oldest = 0;
  let bestGain = 0;
  let rateBefore = 0;
  let rateSince = 0;
  for (let slot = 0; slot < CURRENT_SLOTS.length; slot += 1) {
    const newerRate = n > 0 ? k / n : 0;
    k += badBySlot[slot] ?? 0;
    n += rowsBySlot[slot] ?? 0;
    const rate = n > 0 ? k / n : 0;
    const gain = rate > usualRate ? logLikelihoodGain(k, n, usualRate, rate) : 0;
    if (gain <= bestGain) continue;
    bestGain = gain;
    oldest = slot;
    rateBefore = newerRate;
    rateSince = rate;
  }
  const partOf = (slot: number, since: number): number =>
    badPart(badBySlot[slot] ?? 0, rowsBySlot[slot] ?? 0, usualRate, since);
  const ageAt = (slot: number, part: number): number => {
    const { youngestMs = 0, oldestMs = 0 } = CURRENT_SLOTS[slot] ?? {};
    return Math.round(youngestMs + part * (oldestMs - youngestMs));
  };

  const next = oldest + 1;
  const [nextBad, nextRows] = [badBySlot[next] ?? 0, rowsBySlot[next] ?? 0];
  const nextRate = nextRows > 0 ? nextBad / nextRows : 0;
  if (nextRate > usualRate && logLikelihoodGain(nextBad, nextRows, usualRate, nextRate) >= LEAST_GAIN_OF_PART) {
    const part = partOf(next, rateSince);
    return { ageMs: ageAt(next, part), isWithinView: next < CURRENT_SLOTS.length - 1 || part < 1 };
  }
  return { ageMs: ageAt(oldest, partOf(oldest, rateBefore)), isWithinView: oldest < CURRENT_SLOTS.length - 1 };
};
