import type { DetectionGap } from '#kernel/anomaly.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import { isBlindTo, type ServiceSight } from './see-service.ts';

const MAX_LISTED = 20;

interface Words {
  readonly one: (sight: ServiceSight) => string;
  readonly more: (count: number) => string;
}

/** A long list is cut with its count. */
const listGaps = (kind: DetectionGap['kind'], sights: readonly ServiceSight[], words: Words): DetectionGap[] => {
  const listed = sights.slice(0, MAX_LISTED);
  const rest = sights.length - listed.length;
  return [
    ...listed.map((sight) => ({ kind, service: sight.service, message: words.one(sight) })),
    ...(rest > 0 ? [{ kind, service: null, message: words.more(rest) }] : []),
  ];
};

/** Services of which no error rate can be judged: the least traffic first, then those that are still learnt. */
export const unjudgeableGaps = (sights: readonly ServiceSight[]): readonly DetectionGap[] => {
  const blind = sights.filter(isBlindTo).toSorted((a, b) => a.rows - b.rows || (a.service < b.service ? -1 : 1));
  const thin = blind.filter(({ learningMs }) => learningMs === null);
  const learning = blind.filter(({ learningMs }) => learningMs !== null);
  return [
    ...listGaps('too-little-traffic', thin, {
      one: ({ service, rows }) => `${service}: ${rows} rows in 3 min are too little traffic to judge an error rate.`,
      more: (count) => `${count} more services have too little traffic to judge an error rate.`,
    }),
    ...listGaps('learning', learning, {
      one: ({ service, learningMs }) =>
        `${service}: still learning what is usual, for about ${Math.round((learningMs ?? 0) / MINUTE_MS)} min; until then only what is gross and lasts can page.`,
      more: (count) => `Of ${count} more services Sentinel is still learning what is usual.`,
    }),
  ];
};
