import { EsqlError } from '#esql/errors.ts';
import type { Schema } from '#esql/schema.ts';
import type { Actor } from '#kernel/actor.ts';
import type { Clock } from '#kernel/clock.ts';
import { isTimeZone } from '#kernel/zoned-time.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { isAppError } from '#kernel/errors.ts';
import type { Logger } from '#ports/logger.ts';
import { invariant } from '#kernel/invariant.ts';
import { findName } from '#kernel/find-name.ts';
import type { Ground } from './english/phrase.ts';
import { type Meant, readQuestion, type Understanding } from './english/read-question.ts';
import { isEsql } from './is-esql.ts';
import type { MeantQuery } from './english/meant-query.ts';
import { meanServices } from './mean-services.ts';
import { findNoQuestion, type NoQuestion } from './no-question.ts';
import type { KnownNames, Names } from './known-names.ts';
import type { LimitAsking, TooMany } from './limit-askers.ts';
import {
  type AskedModel,
  type TranslateQuestionDeps,
  type Translation,
  translateQuestion,
} from './translate-question.ts';

export interface UnderstandQuestionDeps {
  readonly telemetryStore: Pick<TelemetryStore, 'schema'>;
  readonly knownNames: KnownNames;
  readonly clock: Clock;
  readonly logger: Logger;
  /** ES|QL condition: which requests failed. */
  readonly failedExpression: string;
  /** Asked where the grammar does not know all; null: there is none. */
  readonly translator: TranslateQuestionDeps | null;
  /** Before a model is asked; the grammar alone costs nothing. */
  readonly limitAsking: LimitAsking;
}

export interface Question {
  readonly text: string;
  /** IANA name of the asker's time zone; any other counts as UTC. */
  readonly timeZone: string;
  /** Meant where no time is named. */
  readonly range?: TimeWindow;
  /** Meant where none is named. */
  readonly services?: readonly string[];
  /** Told, before a model is asked, what the grammar understood of it, or null: the model may take many seconds. */
  readonly whileAsking?: (partly: Understood | null) => Promise<void>;
}

/** `services`: that could be asked about, busiest first. */
export interface Understood {
  readonly understanding: Understanding;
  readonly services: readonly string[];
}

export interface LogRequest extends Omit<Question, 'text' | 'whileAsking'> {
  /** Null: those of `services`. */
  readonly service: string | null;
  /** Times, levels, status codes, and words to look for. */
  readonly words: string;
}

export type LogRequestOutcome =
  | { readonly kind: 'understood'; readonly understanding: Understanding }
  /** The nearest names, or the busiest services; and how many more there are. */
  | {
      readonly kind: 'unknown-service';
      readonly service: string;
      readonly known: readonly string[];
      readonly more: number;
    };

export type QuestionOutcome =
  /** As it was typed, where the services meant were not added. */
  | (MeantQuery & { readonly kind: 'esql' })
  | (Understood & {
      readonly kind: 'understood';
      /** Why the model was not asked about the rest; null: it was, or there was nothing to ask, or nobody. */
      readonly refused: TooMany | null;
    })
  /** By the model, to be shown before it runs. */
  | (Omit<Extract<Translation, { kind: 'query' }>, 'kind'> & { readonly kind: 'translated' })
  /** Nothing that could be looked for: neither the grammar nor a model is asked. */
  | { readonly kind: 'no-question'; readonly what: NoQuestion }
  /** `why`: in the model's words, where it was asked and knew. */
  | { readonly kind: 'not-understood'; readonly why: string | null; readonly services: readonly string[] };

/** What somebody asked for: ES|QL as it stands, or English that a grammar turns into ES|QL, or a model. Runs nothing of it. */
export const understandQuestion = async (
  deps: UnderstandQuestionDeps,
  { text, timeZone, range, services = [], whileAsking }: Question,
  actor: Actor,
): Promise<QuestionOutcome | TooMany> => {
  const schema = deps.telemetryStore.schema();
  const indices = [...schema].flatMap(([name, { isLookup }]) => (isLookup ? [] : [name]));
  if (isEsql(text, indices)) return { kind: 'esql', ...meanTyped(text, schema, services) };
  const what = findNoQuestion(text);
  if (what !== null) return { kind: 'no-question', what };
  const meant = { range: range ?? null, services, areWordsText: false };
  const read = (ground: Ground) => ({ ground, understanding: readQuestion(text, ground, meant) });
  const known = read(groundOf(deps, await deps.knownNames.read(), timeZone));
  // What is not understood may be a name that is new.
  const isUnderstood = known.understanding?.isWhole === true;
  const { ground, understanding } = isUnderstood
    ? known
    : read(groundOf(deps, await deps.knownNames.readAnew(), timeZone));
  const understood = understanding === null ? null : { understanding, services: ground.services };
  if (understood?.understanding.isWhole === true) return { kind: 'understood', ...understood, refused: null };
  const sayMeanwhile = async (): Promise<void> => whileAsking?.(understood);
  const translation = await translate({ ...deps, sayMeanwhile }, { question: text, services }, ground, actor);
  if (translation?.kind === 'query') return { ...translation, kind: 'translated' };
  const refused = translation?.kind === 'too-many' ? translation : null;
  if (understood !== null) return { kind: 'understood', ...understood, refused };
  if (refused !== null) return refused;
  const why = translation?.kind === 'not-translated' ? translation.why : null;
  return { kind: 'not-understood', why, services: ground.services };
};

/** As it was typed where nothing is added: that can be edited, and what keeps it from running has its place in it. */
const meanTyped = (text: string, schema: Schema, services: readonly string[]): MeantQuery => {
  const typed = { query: text, added: null };
  try {
    const meant = meanServices(text, schema, services);
    return meant.added === null ? typed : meant;
  } catch (error) {
    if (error instanceof EsqlError) return typed;
    throw error;
  }
};

/** Null where there is no model, or it cannot be asked: what the grammar understood is of use as well. */
const translate = async (
  { translator, limitAsking, logger, sayMeanwhile }: UnderstandQuestionDeps & { sayMeanwhile: () => Promise<void> },
  asked: AskedModel,
  ground: Ground,
  actor: Actor,
): Promise<Translation | TooMany | null> => {
  if (translator === null) return null;
  try {
    return await limitAsking(actor, async () => {
      await sayMeanwhile();
      return translateQuestion(translator, asked, ground);
    });
  } catch (error) {
    if (!isAppError(error)) throw error;
    logger.warn({ code: error.code, err: error }, 'Claude did not translate a question');
    return null;
  }
};

/** The logs of a service, by the same grammar. Runs nothing of it. */
export const understandLogRequest = async (
  deps: Omit<UnderstandQuestionDeps, 'translator' | 'limitAsking' | 'logger'>,
  { service, words, timeZone, range, services = [] }: LogRequest,
): Promise<LogRequestOutcome> => {
  const meant = { range: range ?? null, areWordsText: true };
  const known = groundOf(deps, await deps.knownNames.read(), timeZone);
  if (service === null) return understoodLogs(words, known, { ...meant, services });
  const isKnown = findName(service, known.services).name !== null;
  const ground = isKnown ? known : groundOf(deps, await deps.knownNames.readAnew(), timeZone);
  const { name, nearest, more } = findName(service, ground.services);
  // What wrote nothing for hours may still be asked for where no other name can be offered.
  if (name === null && ground.services.length > 0) return { kind: 'unknown-service', service, known: nearest, more };
  const named = understoodLogs(words, ground, { ...meant, services: [name ?? service] });
  return named.kind === 'understood' ? { ...named, understanding: { ...named.understanding, added: null } } : named;
};

const understoodLogs = (words: string, ground: Ground, meant: Meant): LogRequestOutcome => {
  const understanding = readQuestion(`logs ${words}`, ground, meant);
  invariant(understanding, 'a question about logs is about something');
  return { kind: 'understood', understanding };
};

const groundOf = (
  {
    telemetryStore,
    clock,
    failedExpression,
  }: Pick<UnderstandQuestionDeps, 'telemetryStore' | 'clock' | 'failedExpression'>,
  names: Names,
  timeZone: string,
): Ground => {
  const zone = isTimeZone(timeZone) ? timeZone : 'UTC';
  return { now: clock.now(), timeZone: zone, ...names, schema: telemetryStore.schema(), failedExpression };
};
