import type { PlacedSpan } from './place-spans.ts';

/**
 * How far each span has to be moved, in milliseconds, so that nothing begins before what called it, for hosts
 * disagree about the time. A span of its parent's service has its parent's clock, and moves with it. Of another
 * service it moves only if it begins too early: to the middle of its parent where it fits into it, as the way
 * there and back is then equally long (Cristian 1989, "Probabilistic clock synchronization"), else to its start.
 * What ends after its parent stays: a caller may have given up.
 */
export const adjustClocks = (placed: readonly PlacedSpan[], inOrder: readonly number[]): readonly number[] => {
  const shifts = placed.map(() => 0);
  for (const at of inOrder) {
    const { span, parentAt } = placed[at] as PlacedSpan;
    if (parentAt === null) continue;
    const parent = (placed[parentAt] as PlacedSpan).span;
    const parentShift = shifts[parentAt] ?? 0;
    const isSameClock = parent.service === span.service;
    const shift = isSameClock ? parentShift : 0;
    const early = parent.startMs + parentShift - (span.startMs + shift);
    const room = parent.durationMs - span.durationMs;
    shifts[at] = early <= 0 ? shift : shift + early + (isSameClock || room < 0 ? 0 : room / 2);
  }
  return shifts;
};
