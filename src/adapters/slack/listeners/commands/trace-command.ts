import { usageOf } from '../../cards/command-list.ts';
import { answerTrace } from '../answer-trace.ts';
import { command, type Unclear } from './command.ts';

export const traceCommand = command({
  name: 'trace',
  parse: (rest): Unclear | { readonly kind: 'trace'; readonly traceId: string } =>
    rest === ''
      ? { kind: 'unclear', why: 'The id of a trace is missing.', usage: usageOf('trace') }
      : { kind: 'trace', traceId: rest },
  answer: (deps, { traceId }, asked) => answerTrace(deps, traceId, asked),
});
