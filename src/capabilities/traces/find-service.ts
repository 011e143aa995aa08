import { findName } from '#kernel/find-name.ts';
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
      readonly more: number;
      readonly range: TimeWindow;
    };

const MOST_SERVICES = 1_000;
/** The service with spans in that time which a person means, by a part of its name too; else those that are near. */
export const findService = async (deps: AskDeps, typed: string, range: TimeWindow): Promise<FoundService> => {
  const known = await namesIn(deps, 'spans', range);
  const { name, nearest, more } = findName(typed, known);
  if (name?.toLowerCase() === typed.toLowerCase()) return { kind: 'service', service: name };
  const inLogs = await namesIn(deps, 'logs', range);
  const isInLogs = inLogs.some((other) => other.toLowerCase() === typed.toLowerCase());
  // A service of exactly that name is meant, even where it has no spans.
  if (name !== null && !isInLogs) return { kind: 'service', service: name };
  return { kind: 'unknown-service', service: typed, isInLogs, nearest, more, range };
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
