import type { CardMessage } from '../cards/blocks.ts';
import { acknowledgeCard, type OutcomeContext, reopenCard, resolveCard } from '../cards/incident/outcome-cards.ts';
import type { Asked } from './commands/command.ts';
import { type ListenerDeps, personOf } from './listener-deps.ts';

export const acknowledge = async (deps: ListenerDeps, number: number, asked: Asked): Promise<CardMessage | null> =>
  acknowledgeCard(await deps.commands.acknowledge(number, personOf(asked.user)), await contextOf(deps, asked));

export const resolve = async (
  deps: ListenerDeps,
  number: number,
  resolution: string | null,
  asked: Asked,
): Promise<CardMessage | null> =>
  resolveCard(await deps.commands.resolve(number, resolution, personOf(asked.user)), await contextOf(deps, asked));

export const reopen = async (deps: ListenerDeps, number: number, asked: Asked): Promise<CardMessage | null> =>
  reopenCard(await deps.commands.reopen(number, personOf(asked.user)), await contextOf(deps, asked));

const contextOf = async (deps: ListenerDeps, asked: Asked): Promise<OutcomeContext> => ({
  actor: personOf(asked.user),
  now: deps.clock.now(),
  isSeenOnCard: (await deps.settings.findChannel().catch(() => null)) === asked.channel,
});
