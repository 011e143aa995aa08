import type { CardMessage } from '../cards/blocks.ts';
import { unclearCommandCard } from '../cards/command-cards.ts';
import { refusalCard } from '../cards/refusal-card.ts';
import { type Asked, isUnclear } from './commands/command.ts';
import { readCommand } from './commands/read-command.ts';
import type { ListenerDeps } from './listener-deps.ts';

/** Does what `/sentinel <text>` asks; null where the card shows the result to everybody. */
export const answerCommand = async (deps: ListenerDeps, text: string, asked: Asked): Promise<CardMessage | null> => {
  const { parsed, answer, isForAll } = readCommand(text);
  if (!isForAll) {
    const access = await deps.access.check(asked.user, asked.channel);
    if (access.kind === 'refused') return refusalCard(access.why);
  }
  if (isUnclear(parsed)) return unclearCommandCard(parsed.why, parsed.usage);
  return answer === null ? null : answer(deps, asked);
};
