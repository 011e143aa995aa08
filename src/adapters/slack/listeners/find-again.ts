import { chartAnswer, type RunQueryOutcome, type TooMany } from '#capabilities/log-query/index.ts';
import { patternsTable } from '#capabilities/patterns/index.ts';
import {
  callsChartOf,
  callsTable,
  operationsTable,
  type Table,
  traceTable,
  waterfallOf,
} from '#capabilities/traces/index.ts';
import type { Actor } from '#kernel/actor.ts';
import type { CardMessage } from '../cards/blocks.ts';
import { askedFor } from '../cards/answer/answer-actions-cards.ts';
import { answerChartAltText } from '../cards/answer/answer-chart-alt-text.ts';
import type { Audience } from '../cards/answer/audience.ts';
import { patternsCard } from '../cards/answer/patterns-card.ts';
import { queryAnswerCard } from '../cards/answer/query-answer-card.ts';
import { tooManyCard } from '../cards/answer/question-cards.ts';
import { callsSentence, serviceCallsCard } from '../cards/trace/service-calls-card.ts';
import { rangeWords } from '../cards/trace/service-question-cards.ts';
import { slowSpansCard } from '../cards/trace/slow-spans-card.ts';
import { traceCard } from '../cards/trace/trace-card.ts';
import { traceSentence } from '../cards/trace/trace-words.ts';
import { nameIn } from '../cards/text.ts';
import { outcomeCard, runKept } from './answer-query.ts';
import type { KeptAnswer } from './kept-answers.ts';
import { type ListenerDeps, personOf } from './listener-deps.ts';

/** A chart of an answer, not drawn yet. */
export interface Picture {
  /** "The waterfall" */
  readonly what: string;
  readonly name: string;
  readonly altText: string;
  /** Mrkdwn: what it is of. */
  readonly comment: string;
  readonly draw: () => Promise<Uint8Array>;
}

/** All of an answer as a table. */
export interface TableFile {
  /** Without what tells its format. */
  readonly name: string;
  /** Mrkdwn: what it is of, and of when. */
  readonly of: string;
  readonly table: Table;
}

export type FoundAgain =
  /** Null: there is nothing to draw. */
  | {
      readonly kind: 'found';
      readonly cardFor: (audience: Audience) => CardMessage;
      readonly picture: Picture | null;
      readonly file: TableFile;
      /** All that were run for it. */
      readonly queries: readonly string[];
    }
  /** For the asker: why there is no answer now. */
  | { readonly kind: 'not-found'; readonly card: CardMessage };

/** What was asked is asked again, as of the moment and for the time of the first answer. */
export const findAgain = (deps: ListenerDeps, kept: KeptAnswer, user: string): Promise<FoundAgain> => {
  const { subject } = kept;
  const actor = personOf(user);
  switch (subject.kind) {
    case 'query':
      return queryAgain(deps, kept, user);
    case 'patterns':
      return patternsAgain(deps, kept.query, subject, actor);
    case 'trace':
      return traceAgain(deps, subject.about, actor);
    case 'deps':
      return callsAgain(deps, subject, actor);
    case 'slow':
      return slowAgain(deps, subject, actor);
  }
};

/** A service in a span of time. */
type OfService = Extract<KeptAnswer['subject'], { range: unknown }>;

const refused = (outcome: TooMany, now: Date): FoundAgain => ({ kind: 'not-found', card: tooManyCard(outcome, now) });

const queryAgain = async (deps: ListenerDeps, kept: KeptAnswer, user: string): Promise<FoundAgain> => {
  const outcome = await runKept(deps, kept, user);
  const now = deps.clock.now();
  if (outcome.kind !== 'answer')
    return { kind: 'not-found', card: outcomeCard(outcome, kept.query, now, { id: kept.id }) };
  const of = `${askedFor({ question: kept.asked?.question ?? null, query: kept.query })}${searchedTimeWords(outcome, now)}`;
  return {
    kind: 'found',
    cardFor: (audience) => queryAnswerCard(outcome, now, { ...kept.asked, ...audience, askedAt: kept.askedAt }),
    picture: chartPicture(deps, outcome, kept, of),
    file: { name: `sentinel-${kept.id.toLowerCase()}`, of, table: outcome.answer },
    queries: [outcome.query],
  };
};

const chartPicture = (
  deps: ListenerDeps,
  answered: Extract<RunQueryOutcome, { kind: 'answer' }>,
  { id }: KeptAnswer,
  of: string,
): Picture | null => {
  const chart = chartAnswer(answered);
  if (chart === null) return null;
  return {
    what: 'The chart',
    name: `sentinel-${id.toLowerCase()}.png`,
    altText: answerChartAltText(chart),
    comment: `The chart of ${of}`,
    draw: () => deps.chartRenderer.renderAnswer(chart),
  };
};

const patternsAgain = async (
  deps: ListenerDeps,
  query: string,
  { about, range, level }: Extract<KeptAnswer['subject'], { kind: 'patterns' }>,
  actor: Actor,
): Promise<FoundAgain> => {
  const input = { service: about, window: range, ...(level === null ? {} : { level }) };
  const outcome = await deps.commands.readPatterns(input, actor);
  const now = deps.clock.now();
  if (outcome.kind === 'too-many') return refused(outcome, now);
  if (outcome.kind !== 'patterns') return { kind: 'not-found', card: patternsCard(outcome, now) };
  return {
    kind: 'found',
    cardFor: (audience) => patternsCard(outcome, now, { ...audience, haveLines: [] }),
    picture: null,
    file: {
      name: `patterns-${inFileName(about)}`,
      of: `the patterns of ${nameIn(about)}, ${rangeWords(range, now)}`,
      table: patternsTable(outcome),
    },
    queries: [query],
  };
};

const traceAgain = async (deps: ListenerDeps, traceId: string, actor: Actor): Promise<FoundAgain> => {
  const outcome = await deps.commands.readTrace(traceId, actor);
  const now = deps.clock.now();
  if (outcome.kind === 'too-many') return refused(outcome, now);
  // Its spans may be gone by now.
  if (outcome.kind !== 'found') return { kind: 'not-found', card: traceCard(outcome, now) };
  const { trace, queries } = outcome;
  const cardFor = (audience: Audience): CardMessage => traceCard(outcome, now, audience);
  const name = `trace-${inFileName(outcome.traceId)}`;
  const what = trace === null ? 'log lines' : 'spans';
  const file = { name, of: `the ${what} of trace ${nameIn(outcome.traceId)}`, table: traceTable(outcome) };
  if (trace === null) return { kind: 'found', cardFor, picture: null, file, queries };
  const sentence = traceSentence(outcome, trace);
  const picture: Picture = {
    what: 'The waterfall',
    name: `${name}.png`,
    altText: `Waterfall of a trace. ${sentence.plain}`,
    comment: sentence.mrkdwn,
    draw: () => deps.chartRenderer.renderWaterfall(waterfallOf(outcome, trace)),
  };
  return { kind: 'found', cardFor, picture, file, queries };
};

const callsAgain = async (deps: ListenerDeps, { about, range }: OfService, actor: Actor): Promise<FoundAgain> => {
  const calls = await deps.commands.readServiceCalls({ service: about, range }, actor);
  const now = deps.clock.now();
  if (calls.kind === 'too-many') return refused(calls, now);
  if (calls.kind !== 'calls') return { kind: 'not-found', card: serviceCallsCard(calls, now) };
  const cardFor = (audience: Audience): CardMessage => serviceCallsCard(calls, now, audience);
  const { queries } = calls;
  const name = `calls-${inFileName(calls.service)}`;
  const of = `the calls around ${nameIn(calls.service)}, ${rangeWords(range, now)}`;
  const file = { name, of, table: callsTable(calls) };
  if (file.table.rows.length === 0) return { kind: 'found', cardFor, picture: null, file, queries };
  const sentence = callsSentence(calls);
  const picture: Picture = {
    what: 'The picture of the calls',
    name: `${name}.png`,
    altText: `Calls around a service. ${sentence.plain}`,
    comment: sentence.mrkdwn,
    draw: () => deps.chartRenderer.renderCalls(callsChartOf(calls)),
  };
  return { kind: 'found', cardFor, picture, file, queries };
};

const slowAgain = async (deps: ListenerDeps, { about, range }: OfService, actor: Actor): Promise<FoundAgain> => {
  const slow = await deps.commands.readSlowSpans({ service: about, range }, actor);
  const now = deps.clock.now();
  if (slow.kind === 'too-many') return refused(slow, now);
  if (slow.kind !== 'slow-spans') return { kind: 'not-found', card: slowSpansCard(slow, now) };
  const cardFor = (audience: Audience): CardMessage => slowSpansCard(slow, now, audience);
  const file = {
    name: `operations-${inFileName(slow.service)}`,
    of: `the operations of ${nameIn(slow.service)}, ${rangeWords(range, now)}`,
    table: operationsTable(slow),
  };
  return { kind: 'found', cardFor, picture: null, file, queries: slow.queries };
};

/** ", 02:08 UTC to 02:18 UTC (10 min)" */
const searchedTimeWords = (
  { searchedTime: { from, to }, readsTelemetry }: Extract<RunQueryOutcome, { kind: 'answer' }>,
  now: Date,
): string => (from === null || !readsTelemetry ? '' : `, ${rangeWords({ from, to }, now)}`);

const LONGEST_FILE_NAME = 60;

const inFileName = (text: string): string => text.replace(/[^0-9A-Za-z]+/gu, '-').slice(0, LONGEST_FILE_NAME);
