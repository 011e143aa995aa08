import type { App } from '@slack/bolt';
import { explainQuery, writeCsv } from '#capabilities/log-query/index.ts';
import {
  csvOfWords,
  csvWords,
  explanationCard,
  fileSentCard,
  noChartCard,
  otherAskerCard,
  tooLongToEditCard,
} from '../../cards/answer/answer-actions-cards.ts';
import type { ActionId, CardMessage } from '../../cards/blocks.ts';
import { readLinesOf } from '../../cards/answer/answer-buttons.ts';
import { editableText, editQueryView } from '../../cards/answer/edit-query-view.ts';
import { goneAnswerCard } from '../../cards/answer/question-cards.ts';
import { queriesCard } from '../../cards/answer/ran-queries.ts';
import { outcomeCard, runKept, runNew, runOfAll, runWider } from '../answer-query.ts';
import { findAnswer, isKept, type KeptAnswer } from '../kept-answers.ts';
import type { ListenerDeps } from '../listener-deps.ts';
import { findAgain } from '../find-again.ts';
import { answerPatterns, showPatternLines } from '../answer-patterns.ts';
import { sendFile } from '../send-file.ts';
import { shareAnswer } from '../share-answer.ts';
import { writeMetadata } from '../views/edit-query.ts';
import { type Click, registerButton } from './button-click.ts';

type OnAnswer = (kept: KeptAnswer, click: Click, argument: string) => Promise<CardMessage | null>;

/** The buttons of an answer: each finds again what was asked. */
export const registerQueryButtons = (app: App, deps: ListenerDeps): void => {
  const onAnswer = (actionId: ActionId, read: (value: string) => readonly [OnAnswer, string, string] | null): void => {
    registerButton(app, deps, actionId, async (click) => {
      const [run, id, argument] = read(click.value) ?? [];
      const kept = id === undefined ? 'gone' : await findAnswer(deps, id, click.user);
      if (!isKept(kept)) return kept === 'gone' ? goneAnswerCard() : otherAskerCard();
      if (run === undefined) return goneAnswerCard();
      return run(kept, { ...click, channel: kept.channel, threadTs: kept.threadTs }, argument ?? '');
    });
  };
  onAnswer('query.run', (id) => [(kept, click) => runNew(deps, kept, click), id, '']);
  onAnswer('query.share', (id) => [(kept, { user }) => shareAnswer(deps, kept, user), id, '']);
  onAnswer('query.edit', (id) => [(kept, click) => openEditor(deps, kept, click), id, '']);
  onAnswer('query.lines', (value) => {
    const [id = '', at = ''] = value.split(':');
    return [(kept, click) => showPatternLines(deps, kept, Number(at), click), id, ''];
  });
  onAnswer('query.widen', (value) => {
    const [wider = '', id = ''] = value.split(':');
    return wider === '6h' || wider === '24h' ? [(kept, click) => runWider(deps, kept, wider, click), id, ''] : null;
  });
  onAnswer('query.more', (value) => {
    const [what = '', id = '', ...said] = value.split(':');
    const argument = said.join(':');
    const run = Object.hasOwn(MORE, what) ? MORE[what] : undefined;
    return run === undefined ? null : [(kept, click, about) => run(deps, kept, click, about), id, argument];
  });
};

type More = (deps: ListenerDeps, kept: KeptAnswer, click: Click, argument: string) => Promise<CardMessage | null>;

/** What is behind the dots. */
const MORE: Readonly<Record<string, More>> = {
  share: (deps, kept, { user }) => shareAnswer(deps, kept, user),
  chart: (deps, kept, { user }) => sendChart(deps, kept, user),
  csv: (deps, kept, { user }) => sendCsv(deps, kept, user),
  all: (deps, kept, click) => runOfAll(deps, kept, click),
  next: (deps, kept, { user }, from) => showNext(deps, kept, user, Number(from)),
  edit: (deps, kept, click) => openEditor(deps, kept, click),
  patterns: (deps, _, click, about) => {
    const lines = readLinesOf(about);
    return lines === null ? Promise.resolve(goneAnswerCard()) : answerPatterns(deps, lines, click);
  },
  queries: async (deps, kept, { user }) => {
    const again = await findAgain(deps, kept, user);
    return again.kind === 'found' ? queriesCard(again.queries) : again.card;
  },
  explain: (_, { query }) => Promise.resolve(explanationCard(explainQuery(query))),
};

const openEditor = async (deps: ListenerDeps, kept: KeptAnswer, click: Click): Promise<CardMessage | null> => {
  const text = editableText(kept.query);
  if (text === null) return tooLongToEditCard(kept.query.length);
  await deps.slack.openView(click.triggerId, editQueryView(text, writeMetadata(kept.id, click.responseUrl)));
  return null;
};

const sendChart = async (deps: ListenerDeps, kept: KeptAnswer, user: string): Promise<CardMessage> => {
  const again = await findAgain(deps, kept, user);
  if (again.kind === 'not-found') return again.card;
  const { picture } = again;
  if (picture === null) return noChartCard();
  const { what, name, altText, comment } = picture;
  const link = await sendFile(deps, user, { name, bytes: await picture.draw(), altText, comment });
  return fileSentCard({ what, link });
};

const sendCsv = async (deps: ListenerDeps, kept: KeptAnswer, user: string): Promise<CardMessage> => {
  const again = await findAgain(deps, kept, user);
  if (again.kind === 'not-found') return again.card;
  const { table, name: shortName, of } = again.file;
  const csv = writeCsv(table);
  const what = csvWords(csv.rows, table.rows.length, table.isCut);
  const name = `${shortName}.csv`;
  const bytes = Buffer.from(csv.text);
  const comment = csvOfWords(what, of);
  const link = await sendFile(deps, user, { name, bytes, altText: name, comment });
  return fileSentCard({ what, link });
};

const showNext = async (deps: ListenerDeps, kept: KeptAnswer, user: string, from: number): Promise<CardMessage> => {
  const firstRow = Number.isSafeInteger(from) && from > 0 ? from : 0;
  const outcome = await runKept(deps, kept, user);
  return outcomeCard(outcome, kept.query, deps.clock.now(), {
    ofThread: kept.asked?.ofThread ?? null,
    id: kept.id,
    firstRow,
    askedAt: kept.askedAt,
  });
};
