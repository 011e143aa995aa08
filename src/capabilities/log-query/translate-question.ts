import { z } from 'zod';
import { EsqlError } from '#esql/errors.ts';
import type { Schema } from '#esql/schema.ts';
import { SECOND_MS } from '#kernel/duration.ts';
import type { LanguageModel, ModelTurn } from '#ports/language-model.ts';
import { OWN_LOOKUPS } from '#ports/telemetry-rules/check-lookup.ts';
import type { Ground } from './english/phrase.ts';
import type { MeantQuery } from './english/meant-query.ts';
import { meanServices } from './mean-services.ts';

export interface TranslateQuestionDeps {
  readonly model: LanguageModel;
  readonly instructions: string;
}

export type Translation =
  /** ES|QL that would run, and what it looks for in the model's words. */
  | (MeantQuery & { readonly kind: 'query'; readonly meaning: string })
  /** In the model's words, which are shown as a quotation. */
  | { readonly kind: 'not-translated'; readonly why: string | null };

const REPAIRS = 2;
const ANSWER_TOKENS = 1_500;
const TIMEOUT_MS = 20 * SECOND_MS;
const NAMES_TOLD = 200;
const FIELDS_TOLD = 300;
const LOOKUP_TABLES_TOLD = 20;
const MEANING_LIMIT = 300;

const QUERY_LIMIT = 10_000;

const answerSchema = z.object({ query: z.string(), meaning: z.string() });

const TOOL = {
  name: 'propose_query',
  description: 'Proposes the ES|QL query to the engineer, who decides whether it runs.',
  input: {
    properties: {
      query: { type: 'string', description: 'One ES|QL query, or nothing where none can answer.' },
      meaning: { type: 'string', description: 'One sentence: what the query looks for, or why there is none.' },
    },
    required: ['query', 'meaning'],
    additionalProperties: false,
  },
} as const;

export interface AskedModel {
  readonly question: string;
  /** Meant where it names none; empty: all of them. */
  readonly services: readonly string[];
}

/**
 * Has a model write the ES|QL of a question. Each proposal is parsed and checked as a person's would be, and its
 * problems are told to the model at most twice; nothing of it runs. Throws AppError where the model cannot be asked.
 */
export const translateQuestion = async (
  { model, instructions }: TranslateQuestionDeps,
  { question, services }: AskedModel,
  ground: Ground,
  signal?: AbortSignal,
): Promise<Translation> => {
  const turns: ModelTurn[] = [{ kind: 'person', text: briefOf({ question, services }, ground) }];
  const deadline = AbortSignal.timeout(TIMEOUT_MS);
  for (let attempt = 0; attempt <= REPAIRS; attempt += 1) {
    const { calls } = await model.ask({
      instructions,
      turns,
      tool: TOOL,
      maxTokens: ANSWER_TOKENS,
      timeoutMs: TIMEOUT_MS,
      purpose: 'question',
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    });
    const [call] = calls;
    if (call === undefined) return { kind: 'not-translated', why: null };
    const proposed = readProposal(call.input, ground.schema, services);
    if (proposed.kind !== 'problem') return proposed;
    turns.push(
      { kind: 'model', calls: [call] },
      { kind: 'result', callId: call.id, text: proposed.report, isError: true },
    );
  }
  return { kind: 'not-translated', why: null };
};

type Proposal = Translation | { readonly kind: 'problem'; readonly report: string };

const readProposal = (input: unknown, schema: Schema, services: readonly string[]): Proposal => {
  const answer = answerSchema.safeParse(input);
  if (!answer.success) return { kind: 'problem', report: 'The input must be {"query": string, "meaning": string}.' };
  const meaning = answer.data.meaning.trim().slice(0, MEANING_LIMIT);
  if (answer.data.query.trim() === '') return { kind: 'not-translated', why: meaning === '' ? null : meaning };
  if (answer.data.query.length > QUERY_LIMIT) {
    const report = `The query has ${answer.data.query.length} characters; ${QUERY_LIMIT} are allowed. Write a shorter one.`;
    return { kind: 'problem', report };
  }
  try {
    return { kind: 'query', meaning, ...meanServices(answer.data.query, schema, services) };
  } catch (error) {
    if (error instanceof EsqlError) return { kind: 'problem', report: error.report() };
    throw error;
  }
};

/** As JSON, so that no name can pass for a sentence of ours. */
const briefOf = (
  { question, services: meant }: AskedModel,
  { now, timeZone, services, metrics, schema, failedExpression }: Ground,
): string =>
  JSON.stringify({
    question,
    now: now.toISOString(),
    timeZone,
    failedRequest: failedExpression,
    ...(meant.length === 0 ? {} : { servicesMeant: meant.slice(0, NAMES_TOLD) }),
    services: services.slice(0, NAMES_TOLD),
    metrics: metrics.slice(0, NAMES_TOLD),
    indices: fieldsOf(schema, ['logs', 'spans', 'metrics']),
    lookupTables: fieldsOf(schema, lookupTablesOf(schema)),
  });

const fieldsOf = (schema: Schema, names: readonly string[]): Record<string, Record<string, string>> =>
  Object.fromEntries(
    names.map((name) => [name, Object.fromEntries([...(schema.get(name)?.fields ?? [])].slice(0, FIELDS_TOLD))]),
  );

const lookupTablesOf = (schema: Schema): readonly string[] =>
  [...schema]
    .flatMap(([name, { isLookup }]) => (isLookup && !name.startsWith(OWN_LOOKUPS) ? [name] : []))
    .slice(0, LOOKUP_TABLES_TOLD);
