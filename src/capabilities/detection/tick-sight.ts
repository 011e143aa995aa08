import type { TickSight } from '#kernel/anomaly.ts';
import type { Look } from './look.ts';

/** What a tick could look at; where that was not enough to judge by, why in a sentence. */
export const sightOf = ({
  advance,
  isBlind,
}: Look): { readonly sight: TickSight; readonly unseenBecause: string | null } => {
  const gap = isBlind ? advance.gaps[0] : advance.gaps.find(({ kind }) => kind === 'telemetry-silent');
  if (!gap) return { sight: 'seeing', unseenBecause: null };
  const blind = gap.kind === 'telemetry-unreachable' ? 'unreachable' : 'unreadable';
  return { sight: isBlind ? blind : 'silent', unseenBecause: gap.message };
};
