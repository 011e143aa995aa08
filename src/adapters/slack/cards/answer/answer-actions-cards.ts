import { actions, button, type CardMessage, context, section } from '../blocks.ts';
import { formatCount, formatSpan } from '../numbers.ts';
import { EDITED_LIMIT } from './edit-query-view.ts';
import { sentenceCard } from '../sentence-card.ts';
import { code, cutAtWord, escapeMrkdwn, FALLBACK_LIMIT, fitMrkdwn, quoted, TEXT_LIMIT, toOneLine } from '../text.ts';

/** A sentence for each command. */
export const explanationCard = (sentences: readonly string[]): CardMessage => ({
  text: cutAtWord('The query, command by command.', FALLBACK_LIMIT),
  blocks: [
    section(
      fitMrkdwn(
        [
          '*What the query does*',
          ...sentences.map((sentence, index) => `${index + 1}. ${escapeMrkdwn(sentence)}`),
        ].join('\n'),
        TEXT_LIMIT,
      ),
    ),
    context('only you see this'),
  ],
});

/** The file went to the conversation with one person: nobody else can open it. */
export const fileSentCard = (file: { readonly what: string; readonly link: string | null }): CardMessage => {
  const where = file.link === null ? 'in your messages with Sentinel' : `<${file.link}|in your messages with Sentinel>`;
  return sentenceCard(
    `${file.what} is ${where}. Only you can open it.`,
    `${file.what} is in your messages with Sentinel.`,
  );
};

export const csvWords = (rows: number, total: number, isCut: boolean): string => {
  const count = rows === 1 ? '1 row' : `${formatCount(rows)} rows`;
  const cut = rows < total ? ` of ${formatCount(total)}: the file would have become too large` : '';
  return `The CSV of ${count}${cut}${cut === '' && isCut ? ', as many as the query asks for,' : ''}`;
};

export const noChartCard = (): CardMessage =>
  sentenceCard(
    'There is nothing to draw: a chart needs a number for each time or group, such as `STATS n = COUNT(*) BY BUCKET(@timestamp, 1 minute)`.',
    'There is nothing to draw.',
  );

/** What somebody asked is theirs to share or change. */
export const otherAskerCard = (): CardMessage => {
  const said = 'Somebody else asked that, and its buttons work for them alone. Ask it yourself.';
  return sentenceCard(said, said);
};

export const sharedAlreadyCard = (link: string | null): CardMessage =>
  sentenceCard(
    link === null ? 'That was shared already.' : `<${link}|That was shared already.>`,
    'That was shared already.',
  );

const QUERY_SAID = 300;

/** Beside a file that goes out without its answer: what it is of. Mrkdwn. */
export const askedFor = ({ question, query }: Asked): string =>
  question === null ? code(escapeMrkdwn(cutAtWord(toOneLine(query), QUERY_SAID))) : quoted(question, QUERY_SAID);

interface Asked {
  /** Null: ES|QL was typed. */
  readonly question: string | null;
  readonly query: string;
}

/** What the file holds, and of what. Mrkdwn. */
export const csvOfWords = (what: string, of: string): string => `${what.replace(/,$/u, '')}: ${of}`;

/** Slack asks to wait; or another click is being answered, or Slack did not say whether it took the message. */
export const shareLaterCard = (why: 'busy' | 'unknown', waitMs: number, id: string): CardMessage => {
  const wait = formatSpan(waitMs);
  const said =
    why === 'busy'
      ? `Slack asks to wait ${wait}. Nothing was shared yet.`
      : `Whether it was shared is not known yet. Press Share again in ${wait}: it is never posted twice.`;
  return {
    text: cutAtWord(said, FALLBACK_LIMIT),
    blocks: [section(said), actions(button('Share', 'query.share', id))],
  };
};

/** A field of Slack's does not hold the query. */
export const tooLongToEditCard = (length: number): CardMessage =>
  sentenceCard(
    `The query has ${formatCount(length)} characters, and a field to edit it in holds ${formatCount(EDITED_LIMIT)}. Change it where you wrote it, and ask with \`/sentinel query\`.`,
    'The query is too long to be edited here.',
  );
