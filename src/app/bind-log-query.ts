import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAnthropicLanguageModel } from '#adapters/anthropic/anthropic-language-model.ts';
import type { SlackCommands } from '#adapters/slack/listeners/listener-deps.ts';
import {
  checkTypedQuery,
  createKnownNames,
  limitAskers,
  runQuery,
  type TranslateQuestionDeps,
  understandLogRequest,
  understandQuestion,
} from '#capabilities/log-query/index.ts';
import { readPatterns } from '#capabilities/patterns/index.ts';
import { readServiceCalls, readSlowSpans, readTrace } from '#capabilities/traces/index.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Random } from '#kernel/random.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import type { Config } from '../config.ts';
import { keptMs } from './kept-ms.ts';

type LogQueryCommands = Pick<
  SlackCommands,
  | 'runQuery'
  | 'readPatterns'
  | 'readTrace'
  | 'readServiceCalls'
  | 'readSlowSpans'
  | 'checkTypedQuery'
  | 'understandQuestion'
  | 'understandLogRequest'
  | 'readServiceNames'
>;

interface Ground {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly telemetryStore: TelemetryStore;
}

/** What people ask of telemetry; one person's limits hold for all that reads it or asks a model. */
export const logQueryCommands = (ground: Ground): LogQueryCommands => {
  const { config, telemetryStore } = ground;
  const limits = { maxRows: config.query.rows, timeoutMs: config.query.timeoutMs };
  const limitAsking = limitAskers(ground, config.query);
  const { failedExpression } = config.detection;
  const knownNames = createKnownNames(ground);
  const english = { ...ground, knownNames, failedExpression, limitAsking, translator: openTranslator(ground) };
  const kept = keptMs(config);
  return {
    runQuery: (input, actor) => limitAsking(actor, () => runQuery({ ...ground, limits, keptMs: kept }, input, actor)),
    readPatterns: (input, actor) =>
      limitAsking(actor, () => readPatterns({ ...ground, logsKeptMs: kept['logs'] ?? null }, input)),
    readTrace: (traceId, actor) =>
      limitAsking(actor, () => readTrace({ ...ground, settings: { keptMs: kept } }, traceId)),
    readServiceCalls: (question, actor) => limitAsking(actor, () => readServiceCalls(ground, question)),
    readSlowSpans: (question, actor) => limitAsking(actor, () => readSlowSpans(ground, question)),
    checkTypedQuery: (text) => checkTypedQuery(telemetryStore, text),
    understandQuestion: (question, actor) => understandQuestion(english, question, actor),
    understandLogRequest: (request) => understandLogRequest(english, request),
    readServiceNames: async () => (await knownNames.read()).services,
  };
};

const INSTRUCTIONS = join(import.meta.dirname, '../../prompts/translate-question.md');

/** Null: nobody gave a key, and what the grammar does not know is shown as it was understood. */
const openTranslator = ({ config, metrics }: Ground): TranslateQuestionDeps | null => {
  const { apiKey, model, apiUrl } = config.claude;
  if (apiKey === null) return null;
  return {
    model: createAnthropicLanguageModel({ metrics }, { apiKey, model, apiUrl }),
    instructions: readFileSync(INSTRUCTIONS, 'utf8'),
  };
};
