import { type CommandName, typableService, usageOf } from '../cards/command-list.ts';
import type { CardMessage } from '../cards/blocks.ts';
import { unclearCommandCard } from '../cards/command-cards.ts';
import { helpCard } from '../cards/help-card.ts';
import type { Asked } from './commands/command.ts';
import type { ListenerDeps } from './listener-deps.ts';

/** For everybody; the names of services only for those who may see telemetry. */
export const answerHelp = async (deps: ListenerDeps, { user, channel }: Asked): Promise<CardMessage> => {
  const access = await deps.access.check(user, channel);
  return helpCard(access.kind === 'granted' ? await deps.commands.readServiceNames() : []);
};

export const serviceMissingCard = async (deps: ListenerDeps, name: CommandName): Promise<CardMessage> =>
  unclearCommandCard(
    'The name of a service is missing.',
    usageOf(name, typableService(await deps.commands.readServiceNames())),
  );
