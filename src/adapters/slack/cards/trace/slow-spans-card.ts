import type { ExampleTrace, SlowSpans, Unanswered } from '#capabilities/traces/index.ts';
import { subjectButtons } from '../answer/answer-buttons.ts';
import { ASKER_ALONE, type Audience, audienceWords } from '../answer/audience.ts';
import { actions, button, type CardBlock, type CardMessage, context, section } from '../blocks.ts';
import { cutEnd, LATENCY_HEAD, latencyLines, shortMs } from './latency-table.ts';
import { formatCount, formatLatency, formatPercent } from '../numbers.ts';
import { CODE_COLUMNS } from '../answer/query-text.ts';
import { searchedWords } from '../answer/searched-words.ts';
import { ranQueries } from '../answer/ran-queries.ts';
import { rangeWords, unansweredCard } from './service-question-cards.ts';
import { code, cutAtWord, escapeMrkdwn, FALLBACK_LIMIT, fence, nameIn, plainName, toOneLine } from '../text.ts';

/** What is slow and what fails in a service, and the traces to look at. */
export const slowSpansCard = (
  outcome: SlowSpans | Unanswered,
  now: Date,
  audience: Audience = ASKER_ALONE,
): CardMessage =>
  outcome.kind === 'slow-spans' ? slowCard(outcome, now, audience) : unansweredCard(outcome, 'slow', now);

const slowCard = (slow: SlowSpans, now: Date, audience: Audience): CardMessage => {
  const { service, operations, slowest, failing } = slow;
  const [first] = operations;
  const detail =
    first === undefined
      ? ''
      : `p99 ${formatLatency(first.p99Ms)} (n = ${formatCount(first.count)}), ${formatPercent(first.failed / first.count)} failed`;
  const lines = operations.flatMap(({ name, kind, ...rest }) => latencyLines({ ...rest, name: `${name} (${kind})` }));
  const small = [
    ...(slow.isCut ? [`the ${operations.length} slowest names`] : []),
    'ms, of every span that is kept',
    rangeWords(slow.range, now),
    searchedWords([[slow.searchedSpans, 'span']], slow.tookMs),
    audienceWords(audience),
  ];
  const [slowestTrace] = slowest;
  const failure = failing.find(({ traceId }) => traceId !== slowestTrace?.traceId);
  const buttons = [
    ...(slowestTrace === undefined ? [] : [button('Slowest trace', 'trace.show', slowestTrace.traceId)]),
    ...(failure === undefined ? [] : [button('Latest failure', 'trace.failure', failure.traceId)]),
  ];
  return {
    text: cutAtWord(
      first === undefined
        ? `${plainName(service)} has no spans.`
        : `${plainName(service)} is slowest in ${plainName(first.name)}: ${detail}.`,
      FALLBACK_LIMIT,
    ),
    blocks: [
      section(
        first === undefined
          ? `*${nameIn(service)}* has no spans.`
          : `*${nameIn(service)}* is slowest in ${nameIn(first.name)}: ${detail}.\n${fence([LATENCY_HEAD, ...lines].map(escapeMrkdwn))}`,
      ),
      ...examples('Slowest traces', slowest),
      ...examples('Latest failures', failing),
      ...ranQueries(slow.queries, audience.id),
      context(small.join(' · ')),
      ...(buttons.length === 0 ? [] : [actions(...buttons)]),
      ...subjectButtons(audience.id, 'the operations', slow.queries),
    ],
  };
};

const examples = (title: string, traces: readonly ExampleTrace[]): readonly CardBlock[] => {
  const [first] = traces;
  if (first === undefined) return [];
  const lines = traces.flatMap(({ traceId, name, at, durationMs, isError }) => [
    cutEnd(
      `${at.toISOString().slice(11, 19)} ${shortMs(durationMs).padStart(5)} ${isError ? '✗' : ' '} ${toOneLine(name)}`,
      CODE_COLUMNS,
    ),
    cutEnd(`  ${toOneLine(traceId)}`, CODE_COLUMNS),
  ]);
  return [
    section(`*${title}* (UTC, ms), each by ${code('/sentinel trace')} and its id:\n${fence(lines.map(escapeMrkdwn))}`),
  ];
};
