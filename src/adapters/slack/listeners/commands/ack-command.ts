import { acknowledge } from '../change-incident.ts';
import { command } from './command.ts';
import { onTarget, parseTarget } from './target.ts';

export const ackCommand = command({
  name: 'ack',
  parse: (rest) => parseTarget('ack', rest),
  answer: (deps, { target }, asked) =>
    onTarget(deps, 'ack', target, asked, (number) => acknowledge(deps, number, asked)),
});
