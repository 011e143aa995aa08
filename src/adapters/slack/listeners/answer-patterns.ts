import { type PatternsInput, queryOfPattern } from '#capabilities/patterns/index.ts';
import { ASKER_ALONE } from '../cards/answer/audience.ts';
import { patternsCard, shownPatterns } from '../cards/answer/patterns-card.ts';
import { goneAnswerCard, tooManyCard } from '../cards/answer/question-cards.ts';
import type { CardMessage } from '../cards/blocks.ts';
import { keepFor, runNew } from './answer-query.ts';
import type { Asked } from './commands/command.ts';
import type { KeptAnswer } from './kept-answers.ts';
import { type ListenerDeps, personOf } from './listener-deps.ts';
import { whileSearching } from './waiting-line.ts';

export const answerPatterns = async (deps: ListenerDeps, input: PatternsInput, asked: Asked): Promise<CardMessage> => {
  const outcome = await whileSearching(asked, deps.commands.readPatterns(input, personOf(asked.user)));
  const now = deps.clock.now();
  if (outcome.kind === 'too-many') return tooManyCard(outcome, now);
  if (outcome.kind !== 'patterns') return patternsCard(outcome, now);
  const { service, window, level, categoriesQuery: query } = outcome;
  const lines = shownPatterns(outcome).map((pattern) => queryOfPattern(outcome, pattern));
  const subject = { kind: 'patterns', about: service, range: window, level, lines } as const;
  const id = await keepFor(deps, asked, { subject, query, range: window });
  return patternsCard(outcome, now, { ...ASKER_ALONE, id, haveLines: lines.map((line) => line !== null) });
};

/** The lines of one of the patterns that an answer shows, as an answer of its own. */
export const showPatternLines = (
  deps: ListenerDeps,
  { subject, incident }: KeptAnswer,
  at: number,
  asked: Asked,
): Promise<CardMessage> => {
  const query = subject.kind === 'patterns' ? (subject.lines[at] ?? null) : null;
  return query === null
    ? Promise.resolve(goneAnswerCard())
    : runNew(deps, { query, range: null, incident, asked: null }, asked);
};
