import { answerIncident } from '../show-state.ts';
import { command } from './command.ts';
import { onTarget, parseTarget } from './target.ts';

export const incidentCommand = command({
  name: 'incident',
  parse: (rest) => parseTarget('incident', rest),
  answer: (deps, { target }, asked) =>
    onTarget(deps, 'incident', target, asked, (number) => answerIncident(deps, number)),
});
