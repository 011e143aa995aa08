import { queryOfLines } from '#capabilities/traces/index.ts';
import type { CardMessage } from '../cards/blocks.ts';
import { ASKER_ALONE } from '../cards/answer/audience.ts';
import { tooManyCard } from '../cards/answer/question-cards.ts';
import { traceCard } from '../cards/trace/trace-card.ts';
import { keepFor, runNew } from './answer-query.ts';
import type { Asked } from './commands/command.ts';
import { type ListenerDeps, personOf } from './listener-deps.ts';
import { whileSearching } from './waiting-line.ts';

export const answerTrace = async (deps: ListenerDeps, traceId: string, asked: Asked): Promise<CardMessage> => {
  const outcome = await whileSearching(asked, deps.commands.readTrace(traceId, personOf(asked.user)));
  const now = deps.clock.now();
  if (outcome.kind === 'too-many') return tooManyCard(outcome, now);
  if (outcome.kind !== 'found') return traceCard(outcome, now);
  const { query } = outcome;
  const id = await keepFor(deps, asked, { subject: { kind: 'trace', about: outcome.traceId }, query });
  return traceCard(outcome, now, { ...ASKER_ALONE, id });
};

/** Every log line of a trace, as an answer of its own. */
export const showLines = (deps: ListenerDeps, traceId: string, asked: Asked): Promise<CardMessage> =>
  runNew(deps, { query: queryOfLines(traceId), range: null, incident: null, asked: null }, asked);
