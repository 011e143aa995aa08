import { reopen } from '../change-incident.ts';
import { command } from './command.ts';
import { onTarget, parseTarget } from './target.ts';

export const reopenCommand = command({
  name: 'reopen',
  parse: (rest) => parseTarget('reopen', rest),
  answer: (deps, { target }, asked) => onTarget(deps, 'reopen', target, asked, (number) => reopen(deps, number, asked)),
});
