import { parseIncidentNumber } from '#kernel/incident-number.ts';
import { usageOf } from '../../cards/command-list.ts';
import { resolve } from '../change-incident.ts';
import { command, type Unclear } from './command.ts';
import { onTarget, type Target } from './target.ts';
import { cutWord, splitWord } from './words.ts';

export const RESOLUTION_LIMIT = 1000;

interface Resolve {
  readonly kind: 'resolve';
  readonly target: Target;
  readonly resolution: string | null;
}

const parseResolve = (rest: string): Resolve | Unclear => {
  const [word, words] = splitWord(rest);
  const number = parseIncidentNumber(word);
  // "resolve 10 to 20 connections" may mean either, and a wrong guess closes somebody's incident.
  if (number !== undefined && words !== '' && /^\d/u.test(word)) {
    return {
      kind: 'unclear',
      why: `Is ${word} the incident, or part of what fixed it? Nothing was resolved.`,
      usage: `/sentinel resolve INC-${number} ${cutWord(words)}`,
    };
  }
  const resolution = number === undefined ? rest : words;
  if (resolution.length > RESOLUTION_LIMIT) {
    return {
      kind: 'unclear',
      why: `What fixed it may have ${RESOLUTION_LIMIT} characters; this has ${resolution.length}. Nothing was resolved.`,
      usage: usageOf('resolve'),
    };
  }
  return {
    kind: 'resolve',
    target: number === undefined ? { kind: 'from-context' } : { kind: 'number', number },
    resolution: resolution === '' ? null : resolution,
  };
};

export const resolveCommand = command({
  name: 'resolve',
  parse: parseResolve,
  answer: (deps, { target, resolution }, asked) =>
    onTarget(deps, 'resolve', target, asked, (number) => resolve(deps, number, resolution, asked)),
});
