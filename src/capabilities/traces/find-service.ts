import { findName } from '#kernel/find-name.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import { matchPeer } from './match-peer.ts';
import { type AskDeps, askTelemetry, textOf } from './ask-telemetry.ts';

export type FoundService =
  | {
      readonly kind: 'service';
      readonly service: string;
      /** All services with spans in that time, the busiest first. */
      readonly known: readonly string[];
    }
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

/** The service with spans in that time which a person means, by an address or a part of its name too; else those that are near. */
export const findService = async (deps: AskDeps, typed: string, range: TimeWindow): Promise<FoundService> => {
  const known = await namesIn(deps, 'spans', range);
  const meant = matchPeer(typed, known);
  const { name, nearest, more } = findName(meant, known);
  if (name?.toLowerCase() === meant.toLowerCase()) return { kind: 'service', service: name, known };
  const inLogs = await namesIn(deps, 'logs', range);
  const isInLogs = inLogs.some((other) => other.toLowerCase() === typed.toLowerCase());
  // A service of exactly that name is meant, even where it has no spans.
  if (name !== null && !isInLogs) return { kind: 'service', service: name, known };
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
