import type { Clock } from '#kernel/clock.ts';
import { isTimeZone } from '#kernel/zoned-time.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { isAppError } from '#kernel/errors.ts';
import type { Logger } from '#ports/logger.ts';
import type { Ground } from './english/phrase.ts';
import { readQuestion, type Understanding } from './english/read-question.ts';
import { isEsql } from './is-esql.ts';
import { readKnownNames } from './read-known-names.ts';
import { type TranslateQuestionDeps, type Translation, translateQuestion } from './translate-question.ts';

export interface UnderstandQuestionDeps {
  readonly telemetryStore: Pick<TelemetryStore, 'schema' | 'query'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** ES|QL condition: which requests failed. */
  readonly failedExpression: string;
  /** Asked where the grammar does not know all; null: there is none. */
  readonly translator: TranslateQuestionDeps | null;
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
  /** By the model, to be shown before it runs. */
  | { readonly kind: 'translated'; readonly query: string; readonly meaning: string }
  /** In the model's words, where it was asked and knew why. */
  | { readonly kind: 'not-understood'; readonly why: string | null };

/** What somebody asked for: ES|QL as it stands, or English that a grammar turns into ES|QL, or a model. Runs nothing of it. */
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
  if (understanding?.isWhole === true) return { kind: 'understood', understanding };
  const translation = await translate(deps, text, ground);
  if (translation?.kind === 'query') return { ...translation, kind: 'translated' };
  if (understanding !== null) return { kind: 'understood', understanding };
  return { kind: 'not-understood', why: translation?.why ?? null };
};

/** Null where there is no model, or it cannot be asked: what the grammar understood is of use as well. */
const translate = async (
  { translator, logger }: UnderstandQuestionDeps,
  text: string,
  ground: Ground,
): Promise<Translation | null> => {
  if (translator === null) return null;
  try {
    return await translateQuestion(translator, text, ground);
  } catch (error) {
    if (!isAppError(error)) throw error;
    logger.warn({ code: error.code, err: error }, 'Claude did not translate a question');
    return null;
  }
};
