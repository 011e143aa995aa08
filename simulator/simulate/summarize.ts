import { SECOND_MS } from '#kernel/duration.ts';
import type { GroundTruth } from '../faults.ts';
import type { Tally } from './deliver.ts';

const timeOf = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;
const number = (value: number): string => value.toLocaleString('en-US');

/** The truth in the words of somebody who looks for it: what, where, since when, and what should be found. */
export const describeTruth = (truth: GroundTruth | null): readonly string[] => {
  if (!truth) return ['Nothing breaks: no incident should open.'];
  const { cause, affectedServices, startAt, visibleAt, endAt } = truth;
  const isGrowing = visibleAt > startAt;
  const others = affectedServices.filter((service) => service !== cause.service);
  return [
    `${truth.fault}: ${cause.words}`,
    `  from ${timeOf(startAt)}${isGrowing ? `, noticed by ${timeOf(visibleAt)}` : ''}, until ${timeOf(endAt)}`,
    affectedServices.length === 0
      ? '  all is well: no incident should open'
      : `  one incident should open, led by ${cause.service}${others.length > 0 ? `, with ${others.join(' and ')} folded in` : ''}`,
  ];
};

const stateOf = (truth: GroundTruth, at: Date): string => {
  if (at < truth.visibleAt) return 'It had begun, but nobody could notice yet.';
  return at < truth.endAt ? 'It was still going on.' : 'It was over.';
};

/** The last words of a run. */
export const summarize = (tally: Tally, truth: GroundTruth | null, at: Date): readonly string[] => {
  const { logs, spans, metrics } = tally.accepted;
  return [
    `Stored ${number(logs)} logs, ${number(spans)} spans and ${number(metrics)} metric points; ${number(tally.refusedCount)} refused.`,
    ...[...tally.refused].map(([reason, count]) => `  refused ${number(count)}: ${reason}`),
    ...(tally.waits > 0 ? [`Waited ${tally.waits} times, ${Math.round(tally.waitedMs / SECOND_MS)} s in all.`] : []),
    ...(tally.unsent > 0 ? [`${number(tally.unsent)} rows were not sent any more.`] : []),
    '',
    'What was true:',
    ...describeTruth(truth),
    ...(truth ? [stateOf(truth, at)] : []),
  ];
};
