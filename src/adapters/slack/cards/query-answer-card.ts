import type { RunQueryOutcome } from '#capabilities/log-query/index.ts';
import { answerTable, TABLE_ROWS } from './answer-table.ts';
import { type CardMessage, context, section } from './blocks.ts';
import { formatCount, formatLatency, formatSpan } from './numbers.ts';
import { queryLines } from './query-text.ts';
import { failureSentence, warningNotes } from './query-warnings.ts';
import { cutAtWord, FALLBACK_LIMIT, fence, plainName } from './text.ts';
import { formatTime } from './times.ts';

type Answered = Extract<RunQueryOutcome, { kind: 'answer' }>;

/** The answer as a sentence, the table, the ES|QL as it was run, and where and how it looked. */
export const queryAnswerCard = (answered: Answered, now: Date): CardMessage => {
  const { answer } = answered;
  const count = answer.rows.length;
  const sentence = answerSentence(answered);
  const table = answerTable(answer);
  const notes = [
    ...(count > TABLE_ROWS ? [`the first ${TABLE_ROWS} rows are shown`] : []),
    ...(count > 0 && table.hiddenColumns > 0
      ? [
          table.hiddenColumns === 1
            ? '1 further column: KEEP names what is shown'
            : `${table.hiddenColumns} further columns: KEEP names what is shown`,
        ]
      : []),
    ...warningNotes(answer.warnings, answer.isCut),
  ];
  const failures = failureSentence(answer.warnings);
  return {
    text: cutAtWord(sentence.plain, FALLBACK_LIMIT),
    blocks: [
      section(count === 0 ? sentence.mrkdwn : `${sentence.mrkdwn}\n${fence(table.lines)}`),
      ...(failures === null ? [] : [section(failures)]),
      section(fence(queryLines(answered.query))),
      context([rangeWords(answered, now), formatLatency(answer.tookMs), ...notes, 'only you see this'].join(' · ')),
    ],
  };
};

const answerSentence = ({ answer }: Answered): { readonly mrkdwn: string; readonly plain: string } => {
  const count = answer.rows.length;
  if (count === 0)
    return {
      mrkdwn: '*No rows.* The query ran, and nothing matched.',
      plain: 'No rows: the query ran, and nothing matched.',
    };
  const rows = count === 1 ? '1 row' : `${formatCount(count)} rows`;
  const cutOff = answer.isCut ? ', and there may be more' : '';
  const names = answer.columns.slice(0, 3).map(({ name }) => plainName(name));
  return {
    mrkdwn: `*${rows}*${cutOff}`,
    plain: `${rows}${cutOff}: ${names.join(', ')}.`,
  };
};

const rangeWords = ({ range, isDefaultRange }: Answered, now: Date): string => {
  if (range === null) return 'the time that the query names';
  const length = formatSpan(range.to.getTime() - range.from.getTime());
  return `${formatTime(range.from, now)} to ${formatTime(range.to, now)} (${length}${isDefaultRange ? ', the default' : ''})`;
};
