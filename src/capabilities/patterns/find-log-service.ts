import { checkQuery } from '#esql/check-query.ts';
import { findName } from '#kernel/find-name.ts';
import { SECOND_MS } from '#kernel/duration.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { ReadLinesDeps } from './read-lines.ts';

/** Nothing that is kept was written by it. */
export interface UnknownService {
  readonly kind: 'unknown-service';
  readonly service: string;
  /** Services with log lines that may be meant. */
  readonly nearest: readonly string[];
  readonly more: number;
}

const MOST_SERVICES = 1_000;
const TIME_LIMIT_MS = 10 * SECOND_MS;

/** The service with log lines in that time which a person means, by a part of its name too. */
export const findLogService = async (
  { telemetryStore }: ReadLinesDeps,
  typed: string,
  range: TimeWindow,
): Promise<{ readonly kind: 'service'; readonly service: string } | UnknownService> => {
  const text = `FROM logs | STATS lines = COUNT(*) BY service.name | SORT lines DESC | LIMIT ${MOST_SERVICES}`;
  const query = checkQuery(text, { schema: telemetryStore.schema() });
  const { rows } = await telemetryStore.query({ query, range, timeoutMs: TIME_LIMIT_MS, purpose: 'patterns' });
  const { name, nearest, more } = findName(
    typed,
    rows.flatMap(([, service]) => (typeof service === 'string' ? [service] : [])),
  );
  return name === null
    ? { kind: 'unknown-service', service: typed, nearest, more }
    : { kind: 'service', service: name };
};
