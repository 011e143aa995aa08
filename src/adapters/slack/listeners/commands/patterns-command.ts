import { MINUTE_MS } from '#kernel/duration.ts';
import { windowBefore } from '#kernel/time-window.ts';
import { serviceMissingCard } from '../answer-help.ts';
import { answerPatterns } from '../answer-patterns.ts';
import { readServiceQuestion } from '../read-service-question.ts';
import { readIncidentPlace } from '../read-incident-place.ts';
import { command } from './command.ts';

// To be called new takes five times as long before it, and an hour.
const WINDOW_MS = 10 * MINUTE_MS;

/** In an incident's thread its leading service is meant, and the time since it began, as far as nothing else is named. */
export const patternsCommand = command({
  name: 'patterns',
  parse: (rest) => ({ kind: 'patterns', words: rest }),
  answer: async (deps, { words }, asked) => {
    const { service: named, range } = await readServiceQuestion(deps, words, asked);
    const place = await readIncidentPlace(deps, asked);
    const service = named ?? place?.services[0];
    if (service === undefined) return serviceMissingCard(deps, 'patterns');
    const window = range ?? place?.sinceOnset ?? windowBefore(deps.clock.now(), WINDOW_MS);
    return answerPatterns(deps, { service, window }, asked);
  },
});
