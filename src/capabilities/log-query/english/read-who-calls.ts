import { asked, made, type Named, serviceAt } from './read-calls.ts';
import { type GroupKey, type Phrase, type Rule, textAt } from './phrase.ts';
import type { Word } from './read-words.ts';

const CALLERS = new Set(['who', 'what', 'which', 'whom']);
/** What a word for services beside one means; null: either of both, to one or another. */
const KIN: Readonly<Record<string, 'callers' | 'callees' | null>> = {
  callers: 'callers',
  dependents: 'callers',
  callees: 'callees',
  dependencies: 'callees',
  downstreams: 'callees',
  upstreams: null,
};

const KEYS: Readonly<Record<'callers' | 'callees', GroupKey>> = {
  callers: { name: 'service', field: 'service.name', esql: 'service.name' },
  callees: {
    name: 'peer.service',
    field: 'peer.service',
    esql: 'peer.service',
    needs: 'peer.service IS NOT NULL',
  },
};

/** "who calls payment": another command tells it best, which is said; here are the calls by who makes them. */
export const readWhoCalls: Rule = (words, at, ground) => {
  const lead = leadAt(words, at);
  if (lead === null) return null;
  const { side, used } = lead;
  const known = serviceAt(words, at + used, ground);
  const named = known ?? (side === 'callers' ? peerNamedAt(words, at + used) : null);
  const [only, ...others] = known?.names ?? [];
  const command = `/sentinel deps${only === undefined || others.length > 0 ? '' : ` ${only}`}`;
  const means = `who calls whom is told by ${command}`;
  if (named === null || side === null) return { part: { kind: 'noise' }, means, isSure: false, used };
  const said = words.slice(at, at + used + named.used);
  const found = side === 'callers' ? asked(null, named, said) : made(named, said);
  if (found.part.kind !== 'condition') return found;
  const here = `here are the calls that name ${side === 'callers' ? 'it in their peer.service' : 'their peer.service'}`;
  const isUnknown = named.isUnknown === true;
  return {
    ...found,
    part: { ...found.part, callsBy: KEYS[side] },
    means: `${isUnknown ? 'no service is called so' : means}; ${here}`,
    isSure: false,
  };
};

const leadAt = (
  words: readonly Word[],
  at: number,
): { readonly side: 'callers' | 'callees' | null; readonly used: number } | null => {
  const said = textAt(words, at);
  if (Object.hasOwn(KIN, said)) return textAt(words, at + 1) === 'of' ? { side: KIN[said] ?? null, used: 2 } : null;
  if (!CALLERS.has(said)) return null;
  const next = textAt(words, at + 1);
  if (['is', 'are'].includes(next) && textAt(words, at + 2) === 'calling') return { side: 'callers', used: 3 };
  const noun = /^(?:service|services|else)$/u.test(next) ? 1 : 0;
  return /^calls?$/u.test(textAt(words, at + 1 + noun)) ? { side: 'callers', used: 2 + noun } : null;
};

const PEER = /^[a-z]\w*(?:[-.:/]\w+)+$/iu;

/** What is called need send no telemetry, as a database: a name that is no plain word. */
const peerNamedAt = (words: readonly Word[], at: number): Named | null => {
  const start = at + (textAt(words, at) === 'the' ? 1 : 0);
  const word = words[start];
  if (word === undefined || word.isQuoted || !PEER.test(word.typed)) return null;
  return { names: [word.typed], used: start + 1 - at, isUnknown: true };
};

/** Of calls that are asked for by who makes or answers them, the groups. */
export const withCallsBy = (phrases: readonly Phrase[]): readonly Phrase[] =>
  phrases.flatMap((phrase): readonly Phrase[] => {
    const key = phrase.part.kind === 'condition' ? phrase.part.callsBy : undefined;
    if (key === undefined) return [phrase];
    return [phrase, { said: '', part: { kind: 'group', ...key }, means: null, isSure: true }];
  });
