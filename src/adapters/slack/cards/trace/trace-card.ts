import type { FoundTrace, ReadTraceOutcome, Trace, TraceLines } from '#capabilities/traces/index.ts';
import { csvChoice } from '../answer/answer-buttons.ts';
import { searchedWords } from '../answer/searched-words.ts';
import { answerTable } from '../answer/answer-table.ts';
import { commonWords } from '../answer/common-values.ts';
import { ASKER_ALONE, type Audience, audienceWords } from '../answer/audience.ts';
import { actions, button, type CardBlock, type CardMessage, context, overflow, section } from '../blocks.ts';
import { formatCount, formatSpan } from '../numbers.ts';
import { queryFailedCard } from '../answer/query-error-card.ts';
import { queriesChoice, ranQueries } from '../answer/ran-queries.ts';
import { sentenceCard } from '../sentence-card.ts';
import { code, cutAtWord, escapeMrkdwn, FALLBACK_LIMIT, fence, nameIn, plainName } from '../text.ts';
import { formatTimeWithSeconds } from '../times.ts';
import { TREE_LEGEND, traceTree } from './trace-tree.ts';
import { shortTraceId, traceNotes, traceSentence } from './trace-words.ts';

const SHOWN_LINES = 5;
const USAGE = code('/sentinel trace 4bf92f3577b34da6a3ce929d0e0e4736');

/** A trace as a sentence, a tree and its log lines, with the ES|QL that shows more of each. */
export const traceCard = (outcome: ReadTraceOutcome, now: Date, audience: Audience = ASKER_ALONE): CardMessage => {
  switch (outcome.kind) {
    case 'found':
      return outcome.trace === null
        ? linesOnlyCard(outcome, now, audience)
        : foundCard(outcome, outcome.trace, now, audience);
    case 'not-found':
      return notFoundCard(outcome);
    case 'malformed':
      return malformedCard(outcome.why);
    case 'failed':
      return queryFailedCard(outcome.userMessage);
  }
};

const foundCard = (found: FoundTrace, trace: Trace, now: Date, audience: Audience): CardMessage => {
  const sentence = traceSentence(found, trace);
  const tree = traceTree(trace);
  const services = trace.services.length;
  const small = [
    tree.unit,
    TREE_LEGEND,
    `${formatCount(tree.shownSpans)} of ${formatCount(found.totalSpans)} ${found.totalSpans === 1 ? 'span' : 'spans'}`,
    ...(found.totalSpans > trace.spans.length + trace.duplicates
      ? [`the first ${formatCount(trace.spans.length)} were read`]
      : []),
    `${formatCount(services)} ${services === 1 ? 'service' : 'services'}`,
    `began ${formatTimeWithSeconds(trace.startedAt)}`,
    ...traceNotes(trace),
    ...searchWords(found),
    audienceWords(audience),
  ];
  return {
    text: cutAtWord(sentence.plain, FALLBACK_LIMIT),
    blocks: [
      section(`${sentence.mrkdwn}\n${fence(tree.lines)}`),
      ...logBlocks(found.logs, now),
      ...ranQueries(found.queries, audience.id),
      context(small.join(' · ')),
      ...traceButtons(found, audience.id),
    ],
  };
};

/** The log lines are behind the trace's id, so that everybody may look at them. */
const traceButtons = (found: FoundTrace, id: string | null): readonly CardBlock[] => {
  const { traceId, trace, logs } = found;
  const lines = logs === null || logs.total === 0 ? [] : [button('All log lines', 'trace.lines', traceId)];
  const kept = id === null ? [] : [button('Share', 'query.share', id)];
  const choices =
    id === null
      ? []
      : [
          ...(trace === null ? [] : [{ label: 'Waterfall', value: `chart:${id}` }]),
          csvChoice(id),
          ...(trace === null ? [] : [{ label: 'Edit the query…', value: `edit:${id}` }]),
          ...queriesChoice(found.queries, id),
        ];
  const more = choices.length === 0 ? [] : [overflow('query.more', choices)];
  const elements = [...kept, ...lines, ...more];
  return elements.length === 0 ? [] : [actions(...elements)];
};

/** Those of what the card shows first. */
const queriesOf = ({ trace, logs, queries }: FoundTrace): readonly string[] =>
  trace !== null || logs === null ? queries : [logs.query, ...queries.filter((query) => query !== logs.query)];

const countWords = ({ searched: { spans, logs }, tookMs }: Pick<FoundTrace, 'searched' | 'tookMs'>): string =>
  searchedWords(
    [
      [spans, 'span'],
      [logs, 'log'],
    ],
    tookMs,
  );

const searchWords = ({ range, spansKeptMs, searched, tookMs }: FoundTrace): readonly string[] => [
  `the last ${formatSpan(range.to.getTime() - range.from.getTime())}`,
  countWords({ searched, tookMs }),
  ...(spansKeptMs === null ? [] : [`spans are kept for ${formatSpan(spansKeptMs)}`]),
];

const logBlocks = (logs: TraceLines | null, now: Date): readonly CardBlock[] => {
  if (logs === null) return [section('*Its log lines could not be read.* That does not mean that there are none.')];
  if (logs.total === 0) return [section('*No log line* carries its id.')];
  const rows = logs.lines.slice(0, SHOWN_LINES);
  const table = answerTable(
    {
      columns: [
        { name: '@timestamp', type: 'date' },
        { name: 'service.name', type: 'keyword' },
        { name: 'level', type: 'keyword' },
        { name: 'message', type: 'text' },
      ],
      rows: rows.map(({ at, service, level, message }) => [at.toISOString(), service, level, message]),
      warnings: [],
      isCut: false,
      tookMs: 0,
    },
    [],
    now,
  );
  const common = commonWords(table.common);
  return [
    section(`${linesSentence(logs, table.shownRows)}${common === '' ? '' : `\n${common}`}\n${fence(table.lines)}`),
  ];
};

const linesSentence = ({ total, errors }: TraceLines, shown: number): string => {
  const lines = `*${formatCount(total)} log ${total === 1 ? 'line' : 'lines'}*`;
  const bad =
    errors === 0
      ? ', none an error'
      : errors === total
        ? ', all of them errors'
        : `, ${formatCount(errors)} of them ${errors === 1 ? 'an error' : 'errors'}`;
  return `${lines}${bad}${shown < total ? `; the first ${shown}, errors before all others` : ''}:`;
};

const linesOnlyCard = (found: FoundTrace, now: Date, audience: Audience): CardMessage => {
  const id = shortTraceId(found.traceId);
  const kept = found.spansKeptMs === null ? 'they may be gone' : `they are kept for ${formatSpan(found.spansKeptMs)}`;
  return {
    text: cutAtWord(`Trace ${plainName(id)} has log lines, but no spans.`, FALLBACK_LIMIT),
    blocks: [
      section(
        `*Trace ${nameIn(id)} has no spans*, only log lines. It was not sampled, or its spans are too old: ${kept}.`,
      ),
      ...logBlocks(found.logs, now),
      ...ranQueries(queriesOf(found), audience.id),
      context([...searchWords(found), audienceWords(audience)].join(' · ')),
      ...traceButtons(found, audience.id),
    ],
  };
};

const notFoundCard = (outcome: Extract<ReadTraceOutcome, { kind: 'not-found' }>): CardMessage => {
  const id = nameIn(outcome.traceId);
  const { beginWithIt, range, keptMs } = outcome;
  const searched = context(countWords(outcome));
  if (beginWithIt.length > 1) {
    const commands = beginWithIt.map((each) => code(`/sentinel trace ${escapeMrkdwn(each)}`));
    const which = sentenceCard(
      `*Several traces begin with ${id}.* Which one?\n${commands.join('\n')}`,
      `Several traces begin with ${plainName(outcome.traceId)}.`,
    );
    return { ...which, blocks: [...which.blocks, searched] };
  }
  const kept = (['spans', 'logs'] as const).flatMap((index) => {
    const ms = keptMs[index];
    return ms === undefined ? [] : [`${index === 'spans' ? 'spans' : 'log lines'} for ${formatSpan(ms)}`];
  });
  const ages = kept.length === 0 ? '' : ` Kept are ${kept.join(' and ')}: an older trace is gone.`;
  const card = sentenceCard(
    `*No trace ${id}.* No span and no log line of the last ${formatSpan(range.to.getTime() - range.from.getTime())} carries this id.${ages} A trace that was not sampled has no spans either.`,
    `No trace ${plainName(outcome.traceId)}: nothing that is kept carries this id.`,
  );
  return { ...card, blocks: [...card.blocks, ...ranQueries(outcome.queries, null), searched] };
};

const WHY = {
  empty: 'A trace id is missing.',
  zero: 'A trace id of zeros only means that there was no trace.',
  'too-long': 'That is too long for a trace id.',
  characters: 'That is no trace id.',
  'too-short': 'Give at least 6 characters of the trace id.',
} as const;

const malformedCard = (why: keyof typeof WHY): CardMessage =>
  sentenceCard(`*${WHY[why]}* It has usually 32 hexadecimal digits, as in ${USAGE}; the first 6 are enough.`, WHY[why]);
