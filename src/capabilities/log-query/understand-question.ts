import type { Clock } from '#kernel/clock.ts';
import { isTimeZone } from '#kernel/zoned-time.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { readQuestion, type Understanding } from './english/read-question.ts';
import { isEsql } from './is-esql.ts';
import { readKnownNames } from './read-known-names.ts';

export interface UnderstandQuestionDeps {
  readonly telemetryStore: Pick<TelemetryStore, 'schema' | 'query'>;
  readonly clock: Clock;
  /** ES|QL condition: which requests failed. */
  readonly failedExpression: string;
}

export interface Question {
  readonly text: string;
  /** IANA name of the asker's time zone; any other counts as UTC. */
  readonly timeZone: string;
  /** Meant where no time is named. */
  readonly range?: TimeWindow;
}

export type QuestionOutcome =
  | { readonly kind: 'esql' }
  | { readonly kind: 'understood'; readonly understanding: Understanding }
  | { readonly kind: 'not-understood' };

/** What somebody asked for: ES|QL as it stands, or English that a grammar turns into ES|QL. Runs nothing of it. */
export const understandQuestion = async (
  deps: UnderstandQuestionDeps,
  { text, timeZone, range }: Question,
): Promise<QuestionOutcome> => {
  const schema = deps.telemetryStore.schema();
  if (isEsql(text, schema.keys())) return { kind: 'esql' };
  const now = deps.clock.now();
  const { services, metrics } = await readKnownNames(deps.telemetryStore, now);
  const zone = isTimeZone(timeZone) ? timeZone : 'UTC';
  const { failedExpression } = deps;
  const ground = { now, timeZone: zone, services, metrics, schema, failedExpression };
  const understanding = readQuestion(text, ground, range ?? null);
  return understanding === null ? { kind: 'not-understood' } : { kind: 'understood', understanding };
};
