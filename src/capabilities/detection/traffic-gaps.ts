import type { DetectionGap } from '#kernel/anomaly.ts';
import type { Visibility } from './detection-state.ts';

const MAX_LISTED = 20;
/** A rate above it that nobody could miss anyway. */
const JUDGEABLE_RATE = 0.5;

const isBlind = ({ smallestRate }: Visibility): boolean => smallestRate === null || smallestRate > JUDGEABLE_RATE;

/** Services whose traffic is too little to judge an error rate; the least first, a long list cut with its count. */
export const tooLittleTraffic = (visibility: readonly Visibility[]): readonly DetectionGap[] => {
  const blind = visibility.filter(isBlind).toSorted((a, b) => a.rows - b.rows || (a.service < b.service ? -1 : 1));
  const listed = blind.slice(0, MAX_LISTED).map(({ service, rows }): DetectionGap => ({
    kind: 'too-little-traffic',
    service,
    message: `${service}: ${rows} rows in 3 min are too little traffic to judge an error rate.`,
  }));
  const rest = blind.length - listed.length;
  if (rest === 0) return listed;
  return [
    ...listed,
    {
      kind: 'too-little-traffic',
      service: null,
      message: `${rest} more services have too little traffic to judge an error rate.`,
    },
  ];
};
