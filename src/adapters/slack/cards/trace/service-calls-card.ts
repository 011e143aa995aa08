import type { CallEdge, ServiceCalls, Unanswered } from '#capabilities/traces/index.ts';
import { ASKER_ALONE, type Audience, audienceWords } from '../answer/audience.ts';
import { actions, button, type CardBlock, type CardMessage, context, overflow, section } from '../blocks.ts';
import { csvChoice } from '../answer/answer-buttons.ts';
import { searchedWords } from '../answer/searched-words.ts';
import { LATENCY_HEAD, latencyLines } from './latency-table.ts';
import { formatCount, formatPercent } from '../numbers.ts';
import { queriesChoice, ranQueries } from '../answer/ran-queries.ts';
import { rangeWords, unansweredCard } from './service-question-cards.ts';
import { cutAtWord, escapeMrkdwn, FALLBACK_LIMIT, fence, nameIn, plainName } from '../text.ts';
import type { Sentence } from './trace-words.ts';

// On either side, of those counted and of those of the sample.
const MOST_SHOWN = 8;
// Fewer failures are chance as often as not.
const LEAST_FAILED = 5;

/** Who calls a service and whom it calls, with how well that goes. */
export const serviceCallsCard = (
  outcome: ServiceCalls | Unanswered,
  now: Date,
  audience: Audience = ASKER_ALONE,
): CardMessage => (outcome.kind === 'calls' ? callsCard(outcome, now, audience) : unansweredCard(outcome, 'deps', now));

const callsCard = (calls: ServiceCalls, now: Date, audience: Audience): CardMessage => {
  const { callers, callees } = calls;
  const sentence = callsSentence(calls);
  const lines = [
    ...side('called by', callers, ({ caller }) => caller),
    ...side('calls', callees, ({ callee }) => callee),
  ];
  const small = [
    ...basisWords(calls),
    ...(calls.isCut ? ['not all could be read, so calls may be missing'] : []),
    'ms, as the caller saw it',
    rangeWords(calls.range, now),
    searchedWords([[calls.searchedSpans, 'span']], calls.tookMs),
    audienceWords(audience),
  ];
  return {
    text: cutAtWord(sentence.plain, FALLBACK_LIMIT),
    blocks: [
      section(sentence.mrkdwn),
      ...(lines.length === 0 ? [] : [section(fence([LATENCY_HEAD, ...lines].map(escapeMrkdwn)))]),
      ...ranQueries(calls.queries, audience.id),
      context(small.join(' · ')),
      ...callsButtons(audience.id, lines.length > 0, calls.queries),
    ],
  };
};

const callsButtons = (id: string | null, hasPicture: boolean, queries: readonly string[]): readonly CardBlock[] => {
  if (id === null) return [];
  const choices = [
    ...(hasPicture ? [{ label: 'Picture', value: `chart:${id}` }, csvChoice(id)] : []),
    ...(queries.length === 0 ? [] : [{ label: 'Edit the query…', value: `edit:${id}` }]),
    ...queriesChoice(queries, id),
  ];
  return [
    actions(button('Share', 'query.share', id), ...(choices.length === 0 ? [] : [overflow('query.more', choices)])),
  ];
};

/** What the numbers stand on. */
const basisWords = ({ callers, callees, isCut, sampledTraces, totalTraces }: ServiceCalls): readonly string[] => {
  const edges = [...callers, ...callees];
  if (sampledTraces === totalTraces && !isCut)
    return edges.length === 0 ? ['none in any of its traces'] : ['all calls are counted'];
  const counted = edges.some(({ isSampled }) => !isSampled)
    ? ['all calls that name their peer.service are counted']
    : [];
  return edges.some(({ isSampled }) => isSampled)
    ? [...counted, `sampled: ${formatCount(sampledTraces)} of about ${formatCount(totalTraces)} traces`]
    : [...counted, `no ${counted.length === 0 ? 'calls' : 'others'} in a sample of its traces`];
};

/** How many call it, how many it calls, and where the most fails. */
export const callsSentence = ({ service, callers, callees }: ServiceCalls): Sentence => {
  const ins = new Set(callers.map(({ caller }) => caller)).size;
  const outs = new Set(callees.map(({ callee }) => callee)).size;
  const counts = `${ins === 0 ? 'has no caller in these spans' : `is called by ${services(ins)}`} and ${
    outs === 0 ? 'calls no other service' : `calls ${services(outs)}`
  }`;
  const worst = worstWords([...callers, ...callees]);
  return {
    mrkdwn: `*${nameIn(service)}* ${counts}.${worst.mrkdwn}`,
    plain: `${plainName(service)} ${counts}.${worst.plain}`,
  };
};

const services = (count: number): string => (count === 1 ? '1 service' : `${formatCount(count)} services`);

const side = (title: string, edges: readonly CallEdge[], nameOf: (edge: CallEdge) => string): readonly string[] => [
  ...listed(
    title,
    edges.filter(({ isSampled }) => !isSampled),
    nameOf,
  ),
  ...listed(
    `${title}, of the sampled traces`,
    edges.filter(({ isSampled }) => isSampled),
    nameOf,
  ),
];

const listed = (title: string, edges: readonly CallEdge[], nameOf: (edge: CallEdge) => string): readonly string[] => {
  if (edges.length === 0) return [];
  const more = edges.length - MOST_SHOWN;
  return [
    `${title}:`,
    ...edges.slice(0, MOST_SHOWN).flatMap((edge) => latencyLines({ ...edge, name: nameOf(edge), count: edge.calls })),
    ...(more > 0 ? [`and ${formatCount(more)} more with fewer calls`] : []),
  ];
};

const worstWords = (edges: readonly CallEdge[]): Sentence => {
  const [worst] = edges
    .filter(({ failed }) => failed >= LEAST_FAILED)
    .toSorted((a, b) => b.failed / b.calls - a.failed / a.calls);
  if (worst === undefined) return { mrkdwn: '', plain: '' };
  const share = worst.isSampled
    ? `${formatCount(worst.failed)} of ${formatCount(worst.calls)} sampled`
    : `${formatPercent(worst.failed / worst.calls)} of ${formatCount(worst.calls)}`;
  return {
    mrkdwn: ` The most calls fail from ${nameIn(worst.caller)} to ${nameIn(worst.callee)}: ${share}.`,
    plain: ` ${plainName(worst.caller)} to ${plainName(worst.callee)}: ${share} fail.`,
  };
};
