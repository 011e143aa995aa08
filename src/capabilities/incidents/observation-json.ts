import { z } from 'zod';
import { type AnomalyObservation, SIGNALS } from '#kernel/anomaly.ts';
import { SEVERITIES } from '#kernel/severity.ts';

const date = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const timeWindow = z.object({ from: date, to: date });

const queryEvidence = z.object({
  query: z.string(),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  window: timeWindow,
  columns: z.array(z.string()),
  rows: z.array(z.array(z.unknown())),
});

const observation = z.object({
  service: z.string(),
  signal: z.enum(SIGNALS),
  score: z.number(),
  severity: z.enum(SEVERITIES).nullable(),
  isPaging: z.boolean(),
  heldBy: z.string().nullable(),
  isFailingNow: z.boolean(),
  isLargeEnough: z.boolean(),
  isLearning: z.boolean(),
  onsetAt: date,
  window: timeWindow,
  k: z.number(),
  n: z.number(),
  // What an earlier release stored has neither.
  lastMinute: z.object({ k: z.number(), n: z.number() }).nullable().default(null),
  calm: z.object({ since: date, closesAt: date }).nullable().default(null),
  baselineRate: z.number(),
  baselineBuckets: z.number(),
  expected: z.object({ low: z.number(), high: z.number() }),
  unit: z.enum(['requests', 'log lines']),
  usualP99Ms: z.number().nullable(),
  usualP50Ms: z.number().nullable(),
  latencyKind: z.enum(['mid', 'tail']).nullable(),
  lastSeenAt: date.nullable(),
  matched: z
    .object({
      words: z.array(z.object({ word: z.string(), count: z.number() })),
      lastLine: z.string(),
      lastAt: date,
      arrivedAt: date,
    })
    .exactOptional(),
  evidence: queryEvidence.extend({ baseline: queryEvidence.exactOptional() }),
});

const figures = observation.omit({ evidence: true });

export const writeObservation = (value: AnomalyObservation): string => JSON.stringify(value);

/** Reads what `writeObservation` wrote, dates included. Anything else in the table is a bug. */
export const readObservation = (stored: unknown): AnomalyObservation => observation.parse(stored);

/** As `readObservation`, without the evidence, whether it was read or not. */
export const readFigures = (stored: unknown): Omit<AnomalyObservation, 'evidence'> => figures.parse(stored);
