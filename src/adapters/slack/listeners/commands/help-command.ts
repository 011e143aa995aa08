import { helpCard } from '../../cards/help-card.ts';
import { command } from './command.ts';

export const helpCommand = command({
  name: 'help',
  isForAll: true,
  parse: () => ({ kind: 'help' }),
  answer: () => Promise.resolve(helpCard()),
});
