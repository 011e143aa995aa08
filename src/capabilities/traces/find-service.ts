import { nearestNames } from '#kernel/nearest-names.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import { type AskDeps, askTelemetry, textOf } from './ask-telemetry.ts';

export type FoundService =
  | { readonly kind: 'service'; readonly service: string }
  | {
      readonly kind: 'unknown-service';
      readonly service: string;
      /** It has log lines in that time, but no spans. */
      readonly isInLogs: boolean;
      /** Services with spans that may be meant. */
      readonly nearest: readonly string[];
      readonly range: TimeWindow;
    };

const MOST_SERVICES = 1_000;
const MOST_NEAREST = 5;
// A part of fewer letters is in too many names.
const LEAST_PART = 3;

/** The service with spans in that time which a person means, whatever the case; else those that are near. */
export const findService = async (deps: AskDeps, typed: string, range: TimeWindow): Promise<FoundService> => {
  const known = await namesIn(deps, 'spans', range);
  const exact =
    known.find((name) => name === typed) ?? known.find((name) => name.toLowerCase() === typed.toLowerCase());
  if (exact !== undefined) return { kind: 'service', service: exact };
  const inLogs = await namesIn(deps, 'logs', range);
  const isInLogs = inLogs.some((name) => name.toLowerCase() === typed.toLowerCase());
  return { kind: 'unknown-service', service: typed, isInLogs, nearest: nearestTo(typed, known), range };
};

const namesIn = async (deps: AskDeps, index: 'spans' | 'logs', range: TimeWindow): Promise<readonly string[]> => {
  const { rows } = await askTelemetry(
    deps,
    `FROM ${index} | STATS n = COUNT(*) BY service.name | SORT n DESC | LIMIT ${MOST_SERVICES}`,
    {},
    range,
  );
  return rows.flatMap((row) => textOf(row[1]) ?? []);
};

const nearestTo = (typed: string, known: readonly string[]): readonly string[] => {
  const wanted = typed.toLowerCase();
  const containing = wanted.length < LEAST_PART ? [] : known.filter((name) => name.toLowerCase().includes(wanted));
  const near = containing.length > 0 ? containing : nearestNames(typed, known);
  return (near.length > 0 ? near : known).slice(0, MOST_NEAREST);
};
