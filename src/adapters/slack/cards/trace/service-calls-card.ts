import type { CallEdge, ServiceCalls, Unanswered } from '#capabilities/traces/index.ts';
import { ASKER_ALONE, type Audience, audienceWords } from '../answer/audience.ts';
import { actions, button, type CardBlock, type CardMessage, context, section } from '../blocks.ts';
import { LATENCY_HEAD, latencyLines } from './latency-table.ts';
import { formatCount, formatLatency, formatPercent } from '../numbers.ts';
import { queryLines } from '../answer/query-text.ts';
import { rangeWords, unansweredCard } from './service-question-cards.ts';
import { cutAtWord, escapeMrkdwn, FALLBACK_LIMIT, fence, nameIn, plainName } from '../text.ts';
import type { Sentence } from './trace-words.ts';

// On either side.
const MOST_SHOWN = 8;

/** Who calls a service and whom it calls, with how well that goes. */
export const serviceCallsCard = (
  outcome: ServiceCalls | Unanswered,
  now: Date,
  audience: Audience = ASKER_ALONE,
): CardMessage => (outcome.kind === 'calls' ? callsCard(outcome, now, audience) : unansweredCard(outcome, 'deps', now));

const callsCard = (calls: ServiceCalls, now: Date, audience: Audience): CardMessage => {
  const { callers, callees, sampledTraces, totalTraces } = calls;
  const sentence = callsSentence(calls);
  const lines = [
    ...side('called by', callers, ({ caller }) => caller),
    ...side('calls', callees, ({ callee }) => callee),
  ];
  const isAll = sampledTraces === totalTraces;
  const small = [
    isAll
      ? `all ${formatCount(totalTraces)} traces`
      : `a sample: ${formatCount(sampledTraces)} of about ${formatCount(totalTraces)} traces, n is of the sample`,
    ...(calls.isCut ? ['some spans were not read, so calls may be missing'] : []),
    'ms, as the caller saw it',
    rangeWords(calls.range, now),
    formatLatency(calls.tookMs),
    audienceWords(audience),
  ];
  return {
    text: cutAtWord(sentence.plain, FALLBACK_LIMIT),
    blocks: [
      section(sentence.mrkdwn),
      ...(lines.length === 0 ? [] : [section(fence([LATENCY_HEAD, ...lines].map(escapeMrkdwn)))]),
      section(fence(calls.queries.flatMap((query) => queryLines(query)))),
      context(small.join(' · ')),
      ...callsButtons(audience.id, lines.length > 0),
    ],
  };
};

const callsButtons = (id: string | null, hasPicture: boolean): readonly CardBlock[] =>
  id === null
    ? []
    : [
        actions(
          button('Share', 'query.share', id),
          ...(hasPicture ? [button('Picture', 'query.more', `chart:${id}`)] : []),
        ),
      ];

/** How many call it, how many it calls, and where the most fails. */
export const callsSentence = ({ service, callers, callees }: ServiceCalls): Sentence => {
  const counts = `${callers.length === 0 ? 'has no caller in these traces' : `is called by ${services(callers.length)}`} and ${
    callees.length === 0 ? 'calls no other service' : `calls ${services(callees.length)}`
  }`;
  const worst = worstWords([...callers, ...callees]);
  return {
    mrkdwn: `*${nameIn(service)}* ${counts}.${worst.mrkdwn}`,
    plain: `${plainName(service)} ${counts}.${worst.plain}`,
  };
};

const services = (count: number): string => (count === 1 ? '1 service' : `${formatCount(count)} services`);

const side = (title: string, edges: readonly CallEdge[], nameOf: (edge: CallEdge) => string): readonly string[] => {
  if (edges.length === 0) return [];
  const more = edges.length - MOST_SHOWN;
  return [
    `${title}:`,
    ...edges.slice(0, MOST_SHOWN).flatMap((edge) => latencyLines({ ...edge, name: nameOf(edge), count: edge.calls })),
    ...(more > 0 ? [`and ${formatCount(more)} more with fewer calls`] : []),
  ];
};

const worstWords = (edges: readonly CallEdge[]): Sentence => {
  const [worst] = edges.filter(({ failed }) => failed > 0).toSorted((a, b) => b.failed / b.calls - a.failed / a.calls);
  if (worst === undefined) return { mrkdwn: '', plain: '' };
  const share = `${formatPercent(worst.failed / worst.calls)} of ${formatCount(worst.calls)}`;
  return {
    mrkdwn: ` The most calls fail from ${nameIn(worst.caller)} to ${nameIn(worst.callee)}: ${share}.`,
    plain: ` ${plainName(worst.caller)} to ${plainName(worst.callee)}: ${share} fail.`,
  };
};
