import { checkQuery } from '#esql/check-query.ts';
import { printString } from '#esql/print/print-expression.ts';
import { MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { QueryValue, TelemetryStore } from '#ports/telemetry-store.ts';
import { type MinuteCount, PAGE_LINES, sampledConditions, type Sampling } from './sampling.ts';
import { conditionOfStratum, ERROR_CONDITION, type Stratum } from './strata.ts';

export interface LogLine {
  readonly atMs: number;
  readonly level: string | null;
  readonly message: string;
}

export interface ReadLinesDeps {
  readonly telemetryStore: Pick<TelemetryStore, 'schema' | 'query'>;
}

export interface LevelFilter {
  /** ES|QL condition on `level`. */
  readonly esql: string;
  /** For people, "level warn, warning". */
  readonly means: string;
}

/** Whose lines; without a level those of all. */
export interface LineFilter {
  readonly service: string;
  readonly level: LevelFilter | null;
}

const TIME_LIMIT_MS = 10 * SECOND_MS;
const PURPOSE = 'patterns';

const conditionOf = ({ level }: LineFilter): string =>
  `service.name == ?service AND message IS NOT NULL${level === null ? '' : ` AND ${level.esql}`}`;

const parametersOf = ({ service }: LineFilter) => ({ service });

const timeOf = (value: QueryValue | undefined): number => (typeof value === 'string' ? Date.parse(value) : Number.NaN);

/** Lines in each minute that has any, in order of time. */
export const countMinutes = async (
  { telemetryStore }: ReadLinesDeps,
  filter: LineFilter,
  range: TimeWindow,
): Promise<readonly MinuteCount[]> => {
  const text = `FROM logs | WHERE ${conditionOf(filter)}
    | STATS lines = COUNT(*), errors = COUNT(*) WHERE ${ERROR_CONDITION} BY minute = BUCKET(@timestamp, 1 minute)
    | SORT minute | LIMIT ${PAGE_LINES}`;
  const query = checkQuery(text, { schema: telemetryStore.schema(), parameters: parametersOf(filter) });
  const answer = await telemetryStore.query({ query, range, timeoutMs: TIME_LIMIT_MS, purpose: PURPOSE });
  return answer.rows.map(([lines, errors, minute]) => ({
    startMs: timeOf(minute),
    lines: { errors: Number(errors), others: Number(lines) - Number(errors) },
  }));
};

/** The sampled lines of a part of the time, in its order; `isCut` if there may be more than a page. */
export const readLines = async (
  { telemetryStore }: ReadLinesDeps,
  filter: LineFilter,
  range: TimeWindow,
  stratum: Stratum,
  sampling: Sampling,
): Promise<{ readonly lines: readonly LogLine[]; readonly isCut: boolean }> => {
  const conditions = [conditionOf(filter), conditionOfStratum(stratum), ...sampledConditions(sampling)];
  const text = `FROM logs | WHERE ${conditions.join(' AND ')}
    | KEEP @timestamp, level, message | SORT @timestamp | LIMIT ${PAGE_LINES}`;
  const query = checkQuery(text, { schema: telemetryStore.schema(), parameters: parametersOf(filter) });
  const answer = await telemetryStore.query({ query, range, timeoutMs: TIME_LIMIT_MS, purpose: PURPOSE });
  const lines = answer.rows.flatMap(([at, level, message]) =>
    typeof message === 'string' ? [{ atMs: timeOf(at), level: typeof level === 'string' ? level : null, message }] : [],
  );
  return { lines, isCut: answer.isCut || answer.rows.length >= PAGE_LINES };
};

const typedConditionOf = (filter: LineFilter): string =>
  conditionOf(filter).replace('?service', () => printString(filter.service));

/** Patterns of the lines as ES|QL that can be typed and changed; it names no time, and compares nothing. */
export const categoriesQuery = (filter: LineFilter): string =>
  `FROM logs | WHERE ${typedConditionOf(filter)} | STATS lines = COUNT(*) BY pattern = CATEGORIZE(message) | SORT lines DESC`;

/** The lines of that time as ES|QL that can be typed. */
export const linesQuery = (filter: LineFilter, { from, to }: TimeWindow): string => {
  const time = `@timestamp >= ${printString(from.toISOString())} AND @timestamp < ${printString(to.toISOString())}`;
  return `FROM logs | WHERE ${typedConditionOf(filter)} AND ${time} | KEEP @timestamp, level, message | SORT @timestamp`;
};

export const minuteOf = (atMs: number): number => Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
