import { MalformedBody } from './malformed-body.ts';
import { MAX_VALUE_DEPTH, type OtlpValue, TOO_DEEP } from './otlp-value.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A member of OTLP's JSON encoding; absent and null are its default. All throw MalformedBody for another type. */
export const objectIn = (parent: JsonObject, name: string): JsonObject => {
  const value = parent[name] ?? {};
  if (!isObject(value)) throw new MalformedBody(`${name} is not an object`);
  return value;
};

export const listIn = (parent: JsonObject, name: string): readonly JsonObject[] => {
  const value = parent[name] ?? [];
  if (!Array.isArray(value) || !value.every(isObject)) throw new MalformedBody(`${name} is not a list of objects`);
  return value;
};

export const textIn = (parent: JsonObject, name: string): string => {
  const value = parent[name] ?? '';
  if (typeof value !== 'string') throw new MalformedBody(`${name} is not a string`);
  return value;
};

const HEX = /^(?:[0-9a-f]{2})*$/i;
const ZEROS = /^0*$/;

/** A trace or span id: hexadecimal in JSON as well. Null where there is none, or zeros only. */
export const idIn = (parent: JsonObject, name: string): string | null => {
  const text = textIn(parent, name);
  if (!HEX.test(text)) throw new MalformedBody(`${name} is not hexadecimal`);
  return ZEROS.test(text) ? null : text.toLowerCase();
};

const WHOLE = /^-?\d+$/;
const NOT_FINITE: ReadonlyMap<unknown, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

/** Numbers may be written as strings; null where there is none. */
export const numberIn = (parent: JsonObject, name: string): number | null => {
  const value = parent[name] ?? null;
  if (value === null || typeof value === 'number') return value;
  const special = NOT_FINITE.get(value);
  if (special !== undefined) return special;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  if (Number.isNaN(number)) throw new MalformedBody(`${name} is not a number`);
  return number;
};

/** An enumeration by its number or by one of its names. */
export const enumerationIn = (parent: JsonObject, name: string, prefix: string, names: readonly string[]): number => {
  const value = parent[name] ?? 0;
  if (typeof value === 'number') return value;
  const number = typeof value === 'string' ? names.findIndex((each) => `${prefix}${each}` === value) : -1;
  if (number === -1) throw new MalformedBody(`${name} is not known`);
  return number;
};

const NS_DIGITS = 6;
const NS_PER_MS = 1_000_000;

/** Nanoseconds since 1970 as whole milliseconds and the nanoseconds beyond; 0 where there are none. */
export const timeIn = (parent: JsonObject, name: string): { readonly ms: number; readonly restNs: number } => {
  const value = parent[name] ?? '0';
  const text = typeof value === 'number' && Number.isInteger(value) ? BigInt(value).toString() : value;
  if (typeof text !== 'string' || !/^\d{1,20}$/.test(text)) {
    throw new MalformedBody(`${name} is not a number of nanoseconds`);
  }
  return { ms: Number(text.slice(0, -NS_DIGITS)), restNs: Number(text.slice(-NS_DIGITS)) % NS_PER_MS };
};

/** Whether a member is there; null is its default, and so as good as absent. */
export const has = (parent: JsonObject, name: string): boolean => (parent[name] ?? null) !== null;

/** Reads an AnyValue, down to `MAX_VALUE_DEPTH`. */
export const readJsonValue = (value: unknown, depth = 1): OtlpValue => {
  if (value === null || value === undefined) return null;
  if (!isObject(value)) throw new MalformedBody('a value is not an object');
  if (depth > MAX_VALUE_DEPTH) return TOO_DEEP;
  if (has(value, 'stringValue')) return textIn(value, 'stringValue');
  if (has(value, 'boolValue')) return value['boolValue'] === true;
  if (has(value, 'intValue')) return wholeNumber(value['intValue']);
  if (has(value, 'doubleValue')) return numberIn(value, 'doubleValue');
  if (has(value, 'bytesValue')) return textIn(value, 'bytesValue');
  if (has(value, 'arrayValue')) {
    return listIn(objectIn(value, 'arrayValue'), 'values').map((each) => readJsonValue(each, depth + 1));
  }
  if (has(value, 'kvlistValue')) {
    const pairs = listIn(objectIn(value, 'kvlistValue'), 'values');
    return Object.fromEntries(pairs.map((pair) => [textIn(pair, 'key'), readJsonValue(pair['value'], depth + 1)]));
  }
  return null;
};

const wholeNumber = (value: unknown): OtlpValue => {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !WHOLE.test(value)) throw new MalformedBody('intValue is not a whole number');
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
};

/** Reads a list of KeyValue. */
export const readJsonPairs = (
  parent: JsonObject,
  name: string,
  take: (key: string, value: OtlpValue) => void,
): void => {
  for (const pair of listIn(parent, name)) take(textIn(pair, 'key'), readJsonValue(pair['value']));
};
