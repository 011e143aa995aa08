import { HAS_ERROR_LEVEL } from '#kernel/error-levels.ts';
import { type Found, type Part, type Phrase, textAt } from './phrase.ts';
import type { Word } from './read-words.ts';

const CHANGES = /^(?:drop|dip|spike|surge|jump|increase|decrease|decline(?!d)|change)(?:s|d|ped|ing)?$/u;
const STATES = new Set('down up alive dead healthy unhealthy unavailable available working okay'.split(' '));
const CAUSES = new Set(['because', 'cause', 'caused', 'causes', 'reason', 'reasons', 'root']);
const EMPTY = new Set(
  'before after during when while then still again already yet now here so about if but as how much share percent percentage fraction worst worse bad uptime'.split(
    ' ',
  ),
);

const ELSEWHERE = 'told by /sentinel slow and /sentinel patterns of a service';

/**
 * Words of a question that stand in no line, so that looking for them would find what nobody asked for: what may be of
 * use instead is proposed. Never tried of words that are to be looked for.
 */
export const readNoSearch = (words: readonly Word[], at: number): Found | null => {
  const said = textAt(words, at);
  if (said === 'why') return { part: ERRORS_INSTEAD, means: `causes are ${ELSEWHERE}`, isSure: true, used: 1 };
  const unsure = (part: Part, means: string): Found => ({ part, means, isSure: false, used: 1 });
  if (CHANGES.test(said)) return unsure({ kind: 'over-time' }, 'no change is looked for: over time, to see it');
  if (STATES.has(said)) return unsure(ERRORS_INSTEAD, `how a service is, is ${ELSEWHERE}`);
  if (CAUSES.has(said)) return unsure(ERRORS_INSTEAD, `causes are ${ELSEWHERE}`);
  return EMPTY.has(said) ? unsure(ERRORS_INSTEAD, 'nothing to look for: name a time, or put it in quotes') : null;
};

export const ERRORS_INSTEAD: Part = { kind: 'noise', areErrorsInstead: true };

const ERRORS: Part = {
  kind: 'condition',
  about: 'level',
  field: 'level',
  esql: HAS_ERROR_LEVEL,
  ofSpans: 'status == "error"',
};

/** Errors, where a question asks for no rows that could be looked for: never without asking. */
export const withErrorsInstead = (phrases: readonly Phrase[]): readonly Phrase[] => {
  const at = phrases.findIndex(({ part }) => 'areErrorsInstead' in part);
  const instead = phrases[at];
  if (instead === undefined || phrases.some(({ part }) => asksForRows(part))) return phrases;
  const means = `${instead.means ?? ''}; here are errors`;
  const part: Part = instead.part.kind === 'noise' ? ERRORS : instead.part;
  const asked = phrases.with(at, { ...instead, part, means, isSure: false });
  return part === ERRORS ? asked : [...asked, { ...instead, said: '', part: ERRORS }];
};

const asksForRows = (part: Part): boolean =>
  part.kind === 'condition'
    ? !['service', 'host'].includes(part.about)
    : part.kind !== 'noise' && part.kind !== 'time' && part.kind !== 'limit';
