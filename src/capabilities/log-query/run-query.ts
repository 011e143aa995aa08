import { checkQuery } from '#esql/check-query.ts';
import type { CheckedQuery } from '#esql/checked-query.ts';
import { EsqlError, type EsqlProblem } from '#esql/errors.ts';
import { printQuery } from '#esql/print-query.ts';
import type { Actor } from '#kernel/actor.ts';
import type { Clock } from '#kernel/clock.ts';
import { HOUR_MS, SECOND_MS } from '#kernel/duration.ts';
import { isAppError } from '#kernel/errors.ts';
import { type TimeWindow, windowBefore } from '#kernel/time-window.ts';
import type { QueryAnswer, TelemetryStore } from '#ports/telemetry-store.ts';
import { namesTime } from './names-time.ts';

export interface QueryLimits {
  /** Rows of an answer; a greater LIMIT is cut to it. */
  readonly maxRows: number;
  readonly timeoutMs: number;
}

export const DEFAULT_QUERY_LIMITS: QueryLimits = { maxRows: 1_000, timeoutMs: 10 * SECOND_MS };

export interface RunQueryDeps {
  readonly telemetryStore: Pick<TelemetryStore, 'schema' | 'query'>;
  readonly clock: Clock;
  readonly limits: QueryLimits;
}

export interface QueryInput {
  /** ES|QL as a person typed it. */
  readonly text: string;
  /** Meant where the query names no time itself, e.g. that of an incident. Without it: the last hour. */
  readonly range?: TimeWindow;
}

export type RunQueryOutcome =
  | {
      readonly kind: 'answer';
      readonly answer: QueryAnswer;
      /** As it was understood and run. */
      readonly query: string;
      /** Null: the query names its time itself. */
      readonly range: TimeWindow | null;
      /** The last hour was added because nobody named a time. */
      readonly isDefaultRange: boolean;
    }
  /** It cannot run as it is written; nothing was run. */
  | { readonly kind: 'invalid'; readonly report: string; readonly problems: readonly EsqlProblem[] }
  /** It could not be looked at, which is not the same as finding nothing. */
  | { readonly kind: 'failed'; readonly userMessage: string };

const DEFAULT_RANGE_MS = HOUR_MS;

/** Runs the ES|QL of a person or of Sentinel within the limits. Reads only; safe to run twice. */
export const runQuery = async (deps: RunQueryDeps, input: QueryInput, actor: Actor): Promise<RunQueryOutcome> => {
  const checked = check(deps, input.text);
  if ('kind' in checked) return checked;
  const isTimed = namesTime(checked.ast);
  const range = isTimed ? null : (input.range ?? windowBefore(deps.clock.now(), DEFAULT_RANGE_MS));
  try {
    const answer = await deps.telemetryStore.query({
      query: checked,
      ...(range ? { range } : {}),
      timeoutMs: deps.limits.timeoutMs,
      withFailureWarnings: true,
      purpose: actor.kind === 'person' ? 'responder' : 'sentinel',
    });
    return {
      kind: 'answer',
      answer,
      query: printQuery(checked.ast),
      range,
      isDefaultRange: !isTimed && input.range === undefined,
    };
  } catch (error) {
    if (isAppError(error)) return { kind: 'failed', userMessage: error.userMessage };
    throw error;
  }
};

const check = (deps: RunQueryDeps, text: string): CheckedQuery | Extract<RunQueryOutcome, { kind: 'invalid' }> => {
  const { maxRows } = deps.limits;
  try {
    return checkQuery(text, {
      schema: deps.telemetryStore.schema(),
      limits: { maxRows, defaultRows: maxRows },
    });
  } catch (error) {
    if (error instanceof EsqlError) return { kind: 'invalid', report: error.report(), problems: error.problems };
    throw error;
  }
};
