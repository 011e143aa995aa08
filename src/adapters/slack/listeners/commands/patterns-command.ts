import { MINUTE_MS } from '#kernel/duration.ts';
import { windowBefore } from '#kernel/time-window.ts';
import { unclearCommandCard } from '../../cards/command-cards.ts';
import { cutAtWord } from '../../cards/text.ts';
import { serviceMissingCard } from '../answer-help.ts';
import { answerPatterns } from '../answer-patterns.ts';
import { readPatternsQuestion } from '../read-service-question.ts';
import { readIncidentPlace } from '../read-incident-place.ts';
import { command } from './command.ts';

// To be called new takes five times as long before it, and an hour.
const WINDOW_MS = 10 * MINUTE_MS;
const SHOWN_WORDS = 60;

/** In an incident's thread its leading service is meant, and the time since it began, as far as nothing else is named. */
export const patternsCommand = command({
  name: 'patterns',
  parse: (rest) => ({ kind: 'patterns', words: rest }),
  answer: async (deps, { words }, asked) => {
    const { service: named, range, level, others } = await readPatternsQuestion(deps, words, asked);
    if (others !== '') return unclearCommandCard(notTaken(others), `/sentinel logs ${words}`);
    if (level?.isSure === false) return unclearCommandCard(`There is no such level: ${level.means}`, null);
    const place = await readIncidentPlace(deps, asked);
    const service = named ?? place?.services[0];
    if (service === undefined) return serviceMissingCard(deps, 'patterns');
    const window = range ?? place?.sinceOnset ?? windowBefore(deps.clock.now(), WINDOW_MS);
    const input = { service, window, ...(level === null ? {} : { level: { esql: level.esql, means: level.means } }) };
    return answerPatterns(deps, input, asked);
  },
});

const notTaken = (words: string): string =>
  `Patterns are of a service, a level and a time, not of words such as “${cutAtWord(words, SHOWN_WORDS)}”, which are looked for in its lines.`;
