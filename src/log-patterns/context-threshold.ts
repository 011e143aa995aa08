import type { Element, Place } from './element.ts';
import { isCue } from './words.ts';
import type { Gap } from './context-keys.ts';

/** What has stood in the gap of a context so far. */
export interface GapValues {
  readonly distinct: number;
  readonly names: number;
  readonly identifiers: number;
  readonly events: number;
  readonly place: Place;
  /** Another template has a variable there. */
  readonly hasVariable: boolean;
}

// How many different values make a variable: measured on labelled logs of eight systems, flat around
// these figures but for cues, assignments and variables, where one more or less costs accuracy.
const PLAIN = 6;
const CUED = 3;
const ASSIGNED = 4;
const LONG_GAP = 6;
const IDENTIFIERS = 3;
const NAMES = 2;
const VARIABLE_THERE = 1;
const VARIABLE_TOUCHES = 2;
const EVENTS = 8;
const FIRST_ELEMENT = 3;
// The fewer words around the gap, the more values it takes.
const FEW_WORDS = [99, 20, 8, 3, 1];
const ENOUGH_WORDS = 3;

const basis = ({ length }: Gap, place: Place, isCued: boolean): number => {
  if (length > 1) return LONG_GAP;
  if (place === 'assigned') return ASSIGNED;
  return isCued || place === 'quoted' || place === 'after-colon' ? CUED : PLAIN;
};

const forKinds = (threshold: number, gap: Gap, values: GapValues): number => {
  const { distinct, names, identifiers } = values;
  let lowered = threshold;
  if (names >= 2 && names * 2 >= distinct) lowered = NAMES;
  else if (identifiers * 2 > distinct) lowered = Math.min(threshold, IDENTIFIERS);
  if (!values.hasVariable) return lowered;
  const isNamed = identifiers + names === distinct;
  return !gap.touchesVariable || isNamed ? VARIABLE_THERE : Math.min(lowered, VARIABLE_TOUCHES);
};

/** From how many distinct values on the gap is a variable. */
export const contextThreshold = (elements: readonly Element[], gap: Gap, values: GapValues): number => {
  const previous = elements[gap.start - 1];
  const isCued = previous !== undefined && previous.kind !== 'variable' && isCue(previous.key);
  let threshold = basis(gap, values.place, isCued) + (FEW_WORDS[gap.contextWords] ?? 0);
  if (gap.start === 0 && !isCued) threshold += FIRST_ELEMENT;
  if (gap.length === 1 && gap.contextWords >= ENOUGH_WORDS) threshold = forKinds(threshold, gap, values);
  return values.events * 2 >= values.distinct ? Math.max(threshold, EVENTS) : threshold;
};
