import { type CardMessage, context, section } from './blocks.ts';
import { COMMANDS, type CommandGroup, typableService, usageOf } from './command-list.ts';
import { code } from './text.ts';

const GROUPS = ['see', 'act', 'ask'] as const;
const TITLE = { see: '*See*', act: '*Act*', ask: '*Ask*' } as const;

/** `services`: that may be named in examples, the busiest first. */
export const helpCard = (services: readonly string[] = []): CardMessage => ({
  text: 'Sentinel help: see, act, ask.',
  blocks: [
    ...GROUPS.map((which) => section(group(which, typableService(services)))),
    context(
      'With one open incident you can leave out the number · mention Sentinel in an incident’s thread to see how it is · only you see this',
    ),
  ],
});

/** What acts names no service that there is: copied, it would be done. */
const group = (which: CommandGroup, service: string | undefined): string =>
  [
    TITLE[which],
    ...COMMANDS.filter((command) => command.group === which).map(({ name, says }) =>
      `${code(usageOf(name, which === 'act' ? undefined : service))} ${says}`.trim(),
    ),
  ].join('\n');
