import { answerServiceQuestion } from '../answer-service-question.ts';
import { command } from './command.ts';

const serviceQuestion = (kind: 'deps' | 'slow') =>
  command({
    name: kind,
    parse: (rest) => ({ kind, words: rest }),
    answer: (deps, parsed, asked) => answerServiceQuestion(deps, parsed, asked),
  });

export const depsCommand = serviceQuestion('deps');
export const slowCommand = serviceQuestion('slow');
