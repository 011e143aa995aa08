import type { App, ViewSubmitAction } from '@slack/bolt';
import type { EsqlProblem } from '#esql/errors.ts';
import { addMs, HOUR_MS, MINUTE_MS } from '#kernel/duration.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { CardMessage } from '../../cards/blocks.ts';
import { EDIT_QUERY, QUERY_BLOCK, RANGE_BLOCK, type RangeName, VALUE } from '../../cards/answer/edit-query-view.ts';
import { otherAskerCard } from '../../cards/answer/answer-actions-cards.ts';
import { goneAnswerCard } from '../../cards/answer/question-cards.ts';
import { fieldError } from '../../cards/answer/query-field-error.ts';
import { refusalCard } from '../../cards/refusal-card.ts';
import { answerPerson, receipt } from '../answer-person.ts';
import { runEdited } from '../answer-query.ts';
import { typedText } from '../commands/words.ts';
import { isFirstDelivery } from '../first-delivery.ts';
import { findAnswer, isKept, type KeptAnswer, type NoAnswer } from '../kept-answers.ts';
import type { ListenerDeps } from '../listener-deps.ts';

const RANGE_MS: Readonly<Record<RangeName, number>> = {
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '1h': HOUR_MS,
  '6h': 6 * HOUR_MS,
  '24h': 24 * HOUR_MS,
};

/** What a modal must know when it comes back: which answer, and where to say the new one. */
export const writeMetadata = (id: string, responseUrl: string): string => JSON.stringify([id, responseUrl]);

const readMetadata = (text: string): readonly [string, string] => {
  const [id, responseUrl] = JSON.parse(text) as readonly unknown[];
  return [String(id), String(responseUrl)];
};

/** An edited query: what keeps it from running is said under its field; else the modal closes and it is answered. */
export const registerEditQuery = (app: App, deps: ListenerDeps): void => {
  app.view<ViewSubmitAction>({ callback_id: EDIT_QUERY, type: 'view_submission' }, async ({ ack, body, view }) => {
    const { values } = view.state;
    const typed = values[QUERY_BLOCK]?.[VALUE]?.value;
    // Some clients send nothing for what was not touched.
    const text = typeof typed === 'string' && typed.trim() !== '' ? typedText(typed).trim() : null;
    const problems: readonly EsqlProblem[] = text === null ? [] : deps.commands.checkTypedQuery(text);
    const [first] = problems;
    if (first !== undefined && text !== null) {
      await ack({ response_action: 'errors', errors: { [QUERY_BLOCK]: fieldError(text, first) } });
      return;
    }
    await receipt(deps, 'view', ack);
    if (!(await isFirstDelivery(deps, body.trigger_id))) return;
    const [id, responseUrl] = readMetadata(view.private_metadata);
    const range = values[RANGE_BLOCK]?.[VALUE]?.selected_option?.value;
    const kept = await findAnswer(deps, id, body.user.id);
    const say = (message: CardMessage): Promise<void> =>
      deps.slack.respond(responseUrl, message, isKept(kept) ? kept.threadTs : null);
    await answerPerson(deps, 'edited query', say, () => answerEdited(deps, kept, text, range));
  });
};

const answerEdited = async (
  deps: ListenerDeps,
  kept: KeptAnswer | NoAnswer,
  text: string | null,
  range: string | undefined,
): Promise<CardMessage> => {
  if (!isKept(kept)) return kept === 'gone' ? goneAnswerCard() : otherAskerCard();
  const access = await deps.access.check(kept.asker, kept.channel);
  if (access.kind === 'refused') return refusalCard(access.why);
  const { channel, threadTs, asker: user } = kept;
  const edited = { query: text ?? kept.query, range: readRange(deps, range) };
  return runEdited(deps, kept, edited, { user, channel, threadTs });
};

/** Null: that of before. */
const readRange = ({ clock }: Pick<ListenerDeps, 'clock'>, chosen: string | undefined): TimeWindow | null => {
  if (chosen === undefined || !Object.hasOwn(RANGE_MS, chosen)) return null;
  const now = clock.now();
  return { from: addMs(now, -RANGE_MS[chosen as RangeName]), to: now };
};
