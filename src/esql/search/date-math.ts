import type { SpanUnit } from '../ast.ts';
import { spanOf } from '../check/convert.ts';
import { foldDate } from '../check/fold-date.ts';
import { parseIsoDate } from '../values/iso-date.ts';
import type { CallSource, TypedExpression } from '../plan.ts';
import { inZone } from '../values/zones.ts';

/** A moment and, where it is told less exactly than to the millisecond, how long it lasts. */
export interface SearchedMoment {
  readonly start: TypedExpression;
  readonly lasts: SpanUnit | null;
  /** The first moment after it, where that is known already, in milliseconds. */
  readonly endMs?: number | undefined;
}

const UNITS: Readonly<Record<string, SpanUnit>> = {
  y: 'year',
  M: 'month',
  w: 'week',
  d: 'day',
  h: 'hour',
  H: 'hour',
  m: 'minute',
  s: 'second',
};

// By the length of the text before its zone: 2025, 2025-06, …, 2025-06-08T10:00:00.
const PRECISIONS: Readonly<Record<number, SpanUnit>> = {
  4: 'year',
  7: 'month',
  10: 'day',
  13: 'hour',
  16: 'minute',
  19: 'second',
};
const ZONE = /(?<=T.*)(?:Z|[+-]\d\d(?::?\d\d)?)$/;
const EPOCH_MS = /^-?\d{5,16}$/;
const MATH = /^(?:[+-]\d{0,6}[yMwdhHms]|\/[yMwdhHms])*$/;
const STEP = /([+-])(\d*)([yMwdhHms])|\/([yMwdhHms])/g;

const dateLiteral = (value: number): TypedExpression => ({ kind: 'literal', type: 'date', value });

const call = (name: string, values: readonly TypedExpression[], source: CallSource): TypedExpression => ({
  kind: 'call',
  function: name,
  arguments: values,
  type: 'date',
  isMulti: false,
  source,
});

const readAnchor = (text: string, source: CallSource, zone: string | null): SearchedMoment | undefined => {
  if (text === 'now') return { start: call('NOW', [], source), lasts: null };
  const ms = parseIsoDate(text);
  if (ms === undefined) return EPOCH_MS.test(text) ? { start: dateLiteral(Number(text)), lasts: null } : undefined;
  const lasts = PRECISIONS[text.replace(ZONE, '').length] ?? null;
  if (zone === null || !isLocal(text)) return { start: dateLiteral(ms), lasts };
  // A day may have 23 hours there.
  const end = lasts && foldDate(call('ADD_SPAN', [dateLiteral(ms), spanOf(1, lasts)], source), 0);
  return {
    start: dateLiteral(inZone(ms, zone)),
    lasts,
    ...(typeof end === 'number' ? { endMs: inZone(end, zone) } : {}),
  };
};

/** Whether a date that can be read names no zone of its own. */
export const isLocal = (text: string): boolean => !ZONE.test(text);

/**
 * A date as search languages take it: ISO 8601, of which the end may be left out, milliseconds since
 * 1970, or a date and what is added to it, e.g. `now-1h/h`, `2025-06-08||+1M`. Undefined if it is none.
 * In a zone, nothing is rounded, and nothing added to another date than now.
 */
export const readMoment = (
  text: string,
  source: CallSource,
  zone: string | null = null,
): SearchedMoment | undefined => {
  const isNow = text.startsWith('now');
  const split = text.indexOf('||');
  const [anchor, math] = isNow
    ? ['now', text.slice(3)]
    : split === -1
      ? [text, '']
      : [text.slice(0, split), text.slice(split + 2)];
  const moment = readAnchor(anchor, source, zone);
  if (!moment || !MATH.test(math)) return undefined;
  if (math === '') return moment;
  if (zone !== null && needsCalendar(text)) return undefined;
  let { start, lasts } = moment;
  for (const [, sign, count = '', letter = '', rounded] of math.matchAll(STEP)) {
    const unit = UNITS[rounded ?? letter];
    if (!unit) return undefined;
    if (rounded === undefined) {
      const span = spanOf(Number(count === '' ? 1 : count), unit);
      start = call(sign === '+' ? 'ADD_SPAN' : 'SUBTRACT_SPAN', [start, span], source);
    } else {
      start = call('DATE_TRUNC', [spanOf(1, unit), start], source);
      lasts = unit;
    }
  }
  return { start, lasts };
};

/** Whether what is added to a date depends on the days of a zone. */
export const needsCalendar = (text: string): boolean => text.includes('/') || text.includes('||');

/** The first moment after it. */
export const endOf = ({ start, lasts, endMs }: SearchedMoment, source: CallSource): TypedExpression | null => {
  if (endMs !== undefined) return dateLiteral(endMs);
  return lasts === null ? null : call('ADD_SPAN', [start, spanOf(1, lasts)], source);
};
