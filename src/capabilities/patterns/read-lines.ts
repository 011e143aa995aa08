import { checkQuery } from '#esql/check-query.ts';
import { printString } from '#esql/print/print-expression.ts';
import { MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { QueryValue, TelemetryStore } from '#ports/telemetry-store.ts';
import { type MinuteCount, PAGE_LINES, type Sampling } from './sampling.ts';

export interface LogLine {
  readonly atMs: number;
  readonly level: string | null;
  readonly message: string;
}

export interface ReadLinesDeps {
  readonly telemetryStore: Pick<TelemetryStore, 'schema' | 'query'>;
}

/** Whose lines; without a level those of all. */
export interface LineFilter {
  readonly service: string;
  readonly level: string | null;
}

const TIME_LIMIT_MS = 10 * SECOND_MS;
const PURPOSE = 'patterns';

const conditionOf = ({ level }: LineFilter): string =>
  `service.name == ?service AND message IS NOT NULL${level === null ? '' : ' AND level == ?level'}`;

const parametersOf = ({ service, level }: LineFilter) => (level === null ? { service } : { service, level });

const timeOf = (value: QueryValue | undefined): number => (typeof value === 'string' ? Date.parse(value) : Number.NaN);

/** Lines in each minute that has any, in order of time. */
export const countMinutes = async (
  { telemetryStore }: ReadLinesDeps,
  filter: LineFilter,
  range: TimeWindow,
): Promise<readonly MinuteCount[]> => {
  const text = `FROM logs | WHERE ${conditionOf(filter)}
    | STATS lines = COUNT(*) BY minute = BUCKET(@timestamp, 1 minute) | SORT minute | LIMIT ${PAGE_LINES}`;
  const query = checkQuery(text, { schema: telemetryStore.schema(), parameters: parametersOf(filter) });
  const answer = await telemetryStore.query({ query, range, timeoutMs: TIME_LIMIT_MS, purpose: PURPOSE });
  return answer.rows.map(([lines, minute]) => ({ lines: Number(lines), startMs: timeOf(minute) }));
};

/** The sampled lines of a part of the time, in its order; `isCut` if there are more than a page. */
export const readLines = async (
  { telemetryStore }: ReadLinesDeps,
  filter: LineFilter,
  range: TimeWindow,
  { secondsPerMinute, everyMinutes }: Sampling,
): Promise<{ readonly lines: readonly LogLine[]; readonly isCut: boolean }> => {
  const sampled = [
    ...(secondsPerMinute < 60 ? [' AND DATE_EXTRACT("second_of_minute", @timestamp) < ?seconds'] : []),
    ...(everyMinutes > 1 ? [' AND DATE_EXTRACT("minute_of_day", @timestamp) % ?minutes == 0'] : []),
  ].join('');
  const text = `FROM logs | WHERE ${conditionOf(filter)}${sampled}
    | KEEP @timestamp, level, message | SORT @timestamp | LIMIT ${PAGE_LINES}`;
  const parameters = {
    ...parametersOf(filter),
    ...(secondsPerMinute < 60 ? { seconds: secondsPerMinute } : {}),
    ...(everyMinutes > 1 ? { minutes: everyMinutes } : {}),
  };
  const query = checkQuery(text, { schema: telemetryStore.schema(), parameters });
  const answer = await telemetryStore.query({ query, range, timeoutMs: TIME_LIMIT_MS, purpose: PURPOSE });
  const lines = answer.rows.flatMap(([at, level, message]) =>
    typeof message === 'string' ? [{ atMs: timeOf(at), level: typeof level === 'string' ? level : null, message }] : [],
  );
  return { lines, isCut: answer.isCut };
};

const typedConditionOf = (filter: LineFilter): string => {
  const parameters: Readonly<Record<string, string>> = parametersOf(filter);
  return conditionOf(filter).replace(/\?(\w+)/gu, (_, name: string) => printString(parameters[name] ?? ''));
};

/** Patterns of the lines as ES|QL that can be typed and changed; it names no time, and compares nothing. */
export const categoriesQuery = (filter: LineFilter): string =>
  `FROM logs | WHERE ${typedConditionOf(filter)} | STATS lines = COUNT(*) BY pattern = CATEGORIZE(message) | SORT lines DESC`;

/** The lines of that time as ES|QL that can be typed. */
export const linesQuery = (filter: LineFilter, { from, to }: TimeWindow): string => {
  const time = `@timestamp >= ${printString(from.toISOString())} AND @timestamp < ${printString(to.toISOString())}`;
  return `FROM logs | WHERE ${typedConditionOf(filter)} AND ${time} | KEEP @timestamp, level, message | SORT @timestamp`;
};

export const minuteOf = (atMs: number): number => Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
