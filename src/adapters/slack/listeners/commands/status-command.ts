import { answerStatus } from '../show-state.ts';
import { command } from './command.ts';

export const statusCommand = command({
  name: 'status',
  parse: () => ({ kind: 'status' }),
  answer: (deps) => answerStatus(deps),
});
