import { answerHelp } from '../answer-help.ts';
import { command } from './command.ts';

export const helpCommand = command({
  name: 'help',
  isForAll: true,
  parse: () => ({ kind: 'help' }),
  answer: (deps, _, asked) => answerHelp(deps, asked),
});
