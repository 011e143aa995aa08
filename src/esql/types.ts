import type { ValueType } from './plan.ts';
import type { FieldType } from './schema.ts';

const NUMBERS = ['integer', 'long', 'double'] as const;
type NumberType = (typeof NUMBERS)[number];

export const isNumber = (type: ValueType): type is NumberType => (NUMBERS as readonly string[]).includes(type);
/** What is added up, compared and drawn as a number. */
export const isNumeric = (type: ValueType): boolean => isNumber(type) || type === 'unsigned_long';
export const isWhole = (type: ValueType): boolean => type === 'integer' || type === 'long' || type === 'unsigned_long';
export const isDate = (type: ValueType | undefined): boolean => type === 'date' || type === 'date_nanos';
export const isString = (type: ValueType): boolean => type === 'keyword' || type === 'text';
export const isSpan = (type: ValueType): type is 'time_duration' | 'date_period' =>
  type === 'time_duration' || type === 'date_period';

/** text is keyword out of any function or operator. */
export const asResult = (type: FieldType): FieldType => (type === 'text' ? 'keyword' : type);

/**
 * integer < long < double and date < date_nanos: the wider of two; null gives way. Undefined if they do
 * not meet, as an unsigned_long does with nothing but its own kind.
 */
export const commonType = (a: FieldType, b: FieldType): FieldType | undefined => {
  if (a === 'null') return asResult(b);
  if (b === 'null') return asResult(a);
  if (isNumber(a) && isNumber(b)) return NUMBERS[Math.max(NUMBERS.indexOf(a), NUMBERS.indexOf(b))];
  if (isDate(a) && isDate(b)) return a === b ? a : 'date_nanos';
  return asResult(a) === asResult(b) ? asResult(a) : undefined;
};

/** How Elasticsearch's messages call a type. */
export const typeLabel = (type: ValueType): string => (type === 'date' ? 'datetime' : type);
