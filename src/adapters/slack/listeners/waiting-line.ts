import { SECOND_MS } from '#kernel/duration.ts';
import { LATE, within } from '#kernel/within.ts';
import { searchingCard } from '../cards/answer/question-cards.ts';
import type { CardMessage } from '../cards/blocks.ts';
import { type AnswerDeps, sayTo } from './answer-person.ts';
import type { Asked } from './commands/command.ts';

export interface Speech {
  /** Says in a line what takes long, once; whether it reached Slack. */
  readonly sayWaiting: (line: CardMessage) => Promise<boolean>;
  /** The answer, below that line. */
  readonly say: (answer: CardMessage) => Promise<unknown>;
}

/**
 * Slack takes back only a message that somebody clicked, so the line stays above its answer and must be true beside it.
 * The answer waits until it is known whether the line arrived, so that the line never comes after it.
 */
export const withWaitingLine = (
  deps: Pick<AnswerDeps, 'logger' | 'settings'>,
  what: string,
  send: (message: CardMessage) => Promise<unknown>,
): Speech => {
  let waiting: Promise<boolean> | null = null;
  return {
    sayWaiting: (line) => (waiting ??= sayTo(deps, what, send)(line)),
    say: async (answer) => {
      await waiting;
      return send(answer);
    },
  };
};

const SOON_MS = 2 * SECOND_MS;

/** What the search answers; what takes longer than people expect is told of meanwhile. */
export const whileSearching = async <Outcome>({ sayWaiting }: Asked, search: Promise<Outcome>): Promise<Outcome> => {
  if (sayWaiting === undefined) return search;
  const outcome = await within(SOON_MS, search);
  if (outcome !== LATE) return outcome;
  void sayWaiting(searchingCard());
  return search;
};
