import { answerIncidents } from '../show-state.ts';
import { command } from './command.ts';

export const incidentsCommand = command({
  name: 'incidents',
  parse: () => ({ kind: 'incidents' }),
  answer: (deps) => answerIncidents(deps),
});
