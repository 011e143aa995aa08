import { parseDurationMs } from '#kernel/duration.ts';
import { serviceMissingCard } from '../answer-help.ts';
import { answerLogs } from '../answer-query.ts';
import { findThreadIncident } from '../find-thread-incident.ts';
import { command } from './command.ts';
import { splitWord } from './words.ts';

// With these the services are left to the thread.
const NO_SERVICE = new Set(['since', 'level', 'last', 'in', 'from', 'between', 'around', 'yesterday', 'today']);

export const logsCommand = command({
  name: 'logs',
  parse: (rest) => {
    const [word, words] = splitWord(rest);
    const isTime = NO_SERVICE.has(word.toLowerCase()) || parseDurationMs(word.toLowerCase()) !== undefined;
    return word === '' || isTime
      ? ({ kind: 'logs', service: null, words: rest } as const)
      : ({ kind: 'logs', service: word, words } as const);
  },
  answer: async (deps, { service, words }, asked) => {
    const isSaid = service !== null || (await findThreadIncident(deps, asked.channel, asked.threadTs)) !== null;
    return isSaid ? answerLogs(deps, { service, words }, asked) : serviceMissingCard(deps, 'logs');
  },
});
