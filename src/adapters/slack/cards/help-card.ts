import { type CardMessage, context, section } from './blocks.ts';
import { COMMANDS, type CommandGroup } from './command-list.ts';
import { code } from './text.ts';

const TITLE = { see: '*See*', act: '*Act*', ask: '*Ask*' } as const;

export const helpCard = (): CardMessage => ({
  text: 'Sentinel help: see, act, ask.',
  blocks: [
    section(group('see')),
    section(group('act')),
    section(group('ask')),
    context(
      'With one open incident you can leave out the number · mention Sentinel in an incident’s thread to see how it is · only you see this',
    ),
  ],
});

const group = (which: CommandGroup): string =>
  [
    TITLE[which],
    ...COMMANDS.filter((command) => command.group === which).map(({ usage, says }) => `${code(usage)} ${says}`.trim()),
  ].join('\n');
