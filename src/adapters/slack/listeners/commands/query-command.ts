import { usageOf } from '../../cards/command-list.ts';
import { answerQuestion } from '../answer-query.ts';
import { command, type Unclear } from './command.ts';

export const queryCommand = command({
  name: 'query',
  parse: (rest): Unclear | { readonly kind: 'query'; readonly text: string } =>
    rest === ''
      ? { kind: 'unclear', why: 'A query is missing.', usage: usageOf('query') }
      : { kind: 'query', text: rest },
  answer: (deps, { text }, asked) => answerQuestion(deps, text, asked),
});
