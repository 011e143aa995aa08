import { checkQuery } from '#esql/check-query.ts';
import { printString } from '#esql/print/print-expression.ts';
import { SECOND_MS } from '#kernel/duration.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { QueryAnswer, QueryValue, TelemetryStore } from '#ports/telemetry-store.ts';

export interface AskDeps {
  readonly telemetryStore: Pick<TelemetryStore, 'schema' | 'query'>;
}

/** ES|QL as it was run, with its parameters put in, so that it can be run again. */
export type ShownQuery = string;

export interface Asked {
  readonly rows: QueryAnswer['rows'];
  readonly isCut: boolean;
  readonly tookMs: number;
  readonly query: ShownQuery;
}

type Parameters = Readonly<Record<string, string>>;

const TIMEOUT_MS = 10 * SECOND_MS;

/** Asks ES|QL of ours. Names and ids enter it as bound parameters only. Throws AppError as the store does. */
export const askTelemetry = async (
  { telemetryStore }: AskDeps,
  text: string,
  parameters: Parameters,
  range: TimeWindow,
): Promise<Asked> => {
  const query = checkQuery(text, { schema: telemetryStore.schema(), parameters });
  const answer = await telemetryStore.query({ query, range, timeoutMs: TIMEOUT_MS, purpose: 'traces' });
  const { rows, isCut, tookMs } = answer;
  return { rows, isCut, tookMs, query: showQuery(text, parameters) };
};

export const showQuery = (text: string, parameters: Parameters): ShownQuery =>
  text.replace(/\?([a-z]\w*)/gu, (_, name: string) => printString(parameters[name] ?? ''));

export const textOf = (value: QueryValue | undefined): string | null => (typeof value === 'string' ? value : null);
export const numberOf = (value: QueryValue | undefined): number | null => (typeof value === 'number' ? value : null);

export const msOf = (value: QueryValue | undefined): number | null => {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
};
