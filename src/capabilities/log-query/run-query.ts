import { checkQuery } from '#esql/check-query.ts';
import type { CheckedQuery } from '#esql/checked-query.ts';
import { EsqlError, type EsqlProblem } from '#esql/errors.ts';
import { printQuery } from '#esql/print-query.ts';
import type { Schema } from '#esql/schema.ts';
import type { Actor } from '#kernel/actor.ts';
import type { Clock } from '#kernel/clock.ts';
import { HOUR_MS, SECOND_MS } from '#kernel/duration.ts';
import { isAppError } from '#kernel/errors.ts';
import { type TimeWindow, windowBefore } from '#kernel/time-window.ts';
import type { QueryAnswer, TelemetryStore } from '#ports/telemetry-store.ts';
import { type ColumnRoles, columnRoles } from './column-roles.ts';
import { countMatched, withMatched } from './count-matched.ts';
import { countSearched, type Searched } from './count-searched.ts';
import { fixQuery, type FixedQuery } from './fix-query.ts';
import { countColumns, groupKeys } from './group-keys.ts';
import { bucketWindow, type NamedTime, namedTime } from './named-time.ts';
import { inTimeOrder } from './in-time-order.ts';
import { pinNow } from './pin-now.ts';
import type { IsDateField } from './pin-search.ts';
import { type Newest, readNewest } from './read-newest.ts';
import { hasSqlWildcards } from './sql-wildcards.ts';

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
  /** For how long Sentinel keeps each index; one that somebody else ages is not named. */
  readonly keptMs: KeptMs;
}

type KeptMs = Readonly<Partial<Record<string, number>>>;

export interface QueryInput {
  /** ES|QL as a person typed it. */
  readonly text: string;
  /** Meant where the query names no time itself, e.g. that of an incident. Without it: the last hour. */
  readonly range?: TimeWindow;
  /** When it was asked, to answer the same again later. Without it: now. */
  readonly asOf?: Date;
}

export type RunQueryOutcome =
  | {
      readonly kind: 'answer';
      readonly answer: QueryAnswer;
      /** As it was understood and run. */
      readonly query: string;
      /** Null: the query names its time itself. */
      readonly range: TimeWindow | null;
      /** The time that it names; null: it names none. */
      readonly named: NamedTime | null;
      /** The last hour was added because nobody named a time. */
      readonly isDefaultRange: boolean;
      /** Columns that tell the rows of a STATS apart. */
      readonly keys: readonly string[];
      /** Columns that count rows: a group that is missing has none. */
      readonly counts: readonly string[];
      readonly roles: ColumnRoles;
      /** What was looked at, up to when it was asked at most; null: since the beginning. */
      readonly searchedTime: { readonly from: Date | null; readonly to: Date };
      /** Else it computes with what it was given (ROW), and no time is searched. */
      readonly readsTelemetry: boolean;
      /** What is kept for a shorter time than was asked for. */
      readonly kept: readonly { readonly index: string; readonly forMs: number }[];
      /** Where there are no rows, or none to be searched: what is there instead. */
      readonly newest: readonly Newest[];
      /** Nothing was found, and a LIKE has wildcards of SQL, which ES|QL takes for themselves. */
      readonly hasSqlWildcards: boolean;
      /** Null: not known in time. */
      readonly searched: Searched | null;
      /** Rows that there would be without a LIMIT, where one cut them; null: none did, or it is not known in time. */
      readonly matched: number | null;
    }
  /** It cannot run as it is written; nothing was run. */
  | {
      readonly kind: 'invalid';
      readonly report: string;
      readonly problems: readonly EsqlProblem[];
      readonly fixed: FixedQuery | null;
    }
  /** It could not be looked at, which is not the same as finding nothing. */
  | { readonly kind: 'failed'; readonly userMessage: string };

const DEFAULT_RANGE_MS = HOUR_MS;
// A thousand rows of long messages; what is larger nobody reads, and would hold up everything else.
const MAX_ANSWER_BYTES = 16_000_000;
const BEGINNING = new Date(0);

/** Runs the ES|QL of a person or of Sentinel within the limits. Reads only; safe to run twice. */
export const runQuery = async (deps: RunQueryDeps, input: QueryInput, actor: Actor): Promise<RunQueryOutcome> => {
  const typed = checkTyped(deps, input.text);
  if ('kind' in typed) return typed;
  const now = input.asOf ?? deps.clock.now();
  const checked =
    input.asOf === undefined ? typed : check(deps, pinNow(typed.ast, now, isDateIn(deps.telemetryStore.schema())));
  const named = namedTime(checked, now);
  const readsTelemetry = checked.ast.source.kind === 'from';
  const range = named === null && readsTelemetry ? (input.range ?? windowBefore(now, DEFAULT_RANGE_MS)) : null;
  // What came since was not there to be found.
  const seen =
    range ??
    bucketWindow(checked, now) ??
    (input.asOf === undefined || !readsTelemetry ? null : { from: named?.from ?? BEGINNING, to: now });
  try {
    const asked = deps.telemetryStore.query({
      query: checked,
      ...(seen ? { range: seen } : {}),
      timeoutMs: deps.limits.timeoutMs,
      maxAnswerBytes: MAX_ANSWER_BYTES,
      withFailureWarnings: true,
      purpose: actor.kind === 'person' ? 'responder' : 'sentinel',
    });
    // Of two readers the count of what was searched, which is always told, has the second one first.
    const [searched, { answer: found, matched }] = await Promise.all([
      countSearched(deps.telemetryStore, checked.plan, seen ?? named ?? { from: null, to: null }),
      withMatched((signal) => countMatched(deps.telemetryStore, checked.ast, seen, signal), asked),
    ]);
    const answer = inTimeOrder(found, checked.plan);
    return {
      kind: 'answer',
      answer,
      query: printQuery(typed.ast),
      range,
      named,
      isDefaultRange: named === null && readsTelemetry && input.range === undefined,
      keys: groupKeys(checked.plan),
      counts: answer.isCut ? [] : countColumns(checked.plan),
      roles: columnRoles(checked),
      searchedTime: upTo(now, range ?? named),
      readsTelemetry,
      kept: keptForLess(checked, (range ?? named)?.from ?? null, deps.keptMs, now),
      newest:
        answer.rows.length === 0 || searched?.rows === 0
          ? await readNewest(deps.telemetryStore, checked.plan, now)
          : [],
      hasSqlWildcards: foundNothing(answer) && hasSqlWildcards(checked),
      searched,
      matched,
    };
  } catch (error) {
    if (isAppError(error)) return { kind: 'failed', userMessage: error.userMessage };
    throw error;
  }
};

/** Nothing is there to be found of what is to come. */
const upTo = (now: Date, time: NamedTime | null) => {
  const to = time?.to ?? now;
  return { from: time?.from ?? null, to: to < now ? to : now };
};

/** No rows, or a count of none. */
const foundNothing = ({ rows }: QueryAnswer): boolean => rows.flat().every((value) => value === 0 || value === null);

/** A query that names no beginning asks for everything. */
const keptForLess = ({ plan }: CheckedQuery, from: Date | null, keptMs: KeptMs, now: Date) =>
  plan.steps.flatMap((step) =>
    step.kind !== 'from'
      ? []
      : step.indices.flatMap(({ name }) => {
          const forMs = keptMs[name];
          if (forMs === undefined) return [];
          return from === null || now.getTime() - from.getTime() > forMs ? [{ index: name, forMs }] : [];
        }),
  );

const checkTyped = (deps: RunQueryDeps, text: string): CheckedQuery | Extract<RunQueryOutcome, { kind: 'invalid' }> => {
  try {
    return check(deps, text);
  } catch (error) {
    if (!(error instanceof EsqlError)) throw error;
    const fixed = fixQuery(deps.telemetryStore, text, error.problems);
    return { kind: 'invalid', report: error.report(), problems: error.problems, fixed };
  }
};

const isDateIn =
  (schema: Schema): IsDateField =>
  (name) =>
    [...schema.values()].some(({ fields }) => fields.get(name)?.startsWith('date') === true);

const check = ({ telemetryStore, limits: { maxRows } }: RunQueryDeps, text: string): CheckedQuery =>
  checkQuery(text, { schema: telemetryStore.schema(), limits: { maxRows, defaultRows: maxRows } });
