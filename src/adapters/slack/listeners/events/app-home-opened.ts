import type { App } from '@slack/bolt';
import { homeBlocks } from '../../cards/home-card.ts';
import { refusalCard } from '../../cards/refusal-card.ts';
import { inDialect } from '../../dialect.ts';
import type { CardBlock } from '../../cards/blocks.ts';
import type { ListenerDeps } from '../listener-deps.ts';

/** The Home tab says what is open, as of the moment it was opened. */
export const registerAppHomeOpened = (app: App, deps: ListenerDeps): void => {
  app.event('app_home_opened', async ({ event }) => {
    if (event.tab !== 'home') return;
    try {
      const blocks = await blocksFor(deps, event.user);
      await deps.slack.publishHome(event.user, inDialect({ text: 'Sentinel', blocks }, deps.settings.dialect).blocks);
    } catch (error) {
      deps.logger.warn({ what: 'home', err: error }, 'The Home tab could not be shown');
    }
  });
};

const blocksFor = async (deps: ListenerDeps, user: string): Promise<readonly CardBlock[]> => {
  const access = await deps.access.check(user, null);
  if (access.kind === 'refused') return refusalCard(access.why).blocks;
  return homeBlocks(await deps.commands.listOpenIncidents(), deps.clock.now());
};
