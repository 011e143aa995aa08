import type { QueryAnswer, QueryScalar, QueryValue } from '#ports/telemetry-store.ts';
import type { FieldType } from '#esql/schema.ts';
import { parseIsoNanos } from '#esql/values/date-nanos.ts';
import { NO_TYPE, type ExpectedCell, type ExpectedTable } from './expected-table.ts';
import type { SpecCase } from './read-suite.ts';
import { readDate } from './spec-types.ts';
import { toPattern } from './to-pattern.ts';

const RELATIVE = 1e-9;
const isText = (type: FieldType | undefined): boolean => type === 'keyword' || type === 'text';

const isSameNumber = (wanted: number, got: number): boolean =>
  Object.is(wanted, got) || Math.abs(wanted - got) <= RELATIVE * Math.max(Math.abs(wanted), Math.abs(got));

const WHOLE = /^[+-]?\d+$/;

/** To the last digit; a suite may write a whole number as `5.0` or `1.2E10`. */
const isSameWhole = (wanted: string, got: QueryScalar): boolean =>
  WHOLE.test(wanted)
    ? BigInt(wanted.replace('+', '')) === BigInt(got)
    : wanted !== '' && Number(wanted) === Number(got);

/** Suites may write any value, and of numbers and dates a range. */
const ANY = '{any}';
const RANGE = /^(.+?)\.\.(.+)$/;

const positionOf = (text: string, type: FieldType | undefined): number =>
  type === 'date' || type === 'date_nanos' ? (readDate(text) ?? Number.NaN) : Number(text);

const isInRange = (wanted: string, got: QueryScalar, type: FieldType | undefined): boolean => {
  const [, least = '', most = ''] = RANGE.exec(wanted) ?? [];
  const value = positionOf(String(got), type);
  return positionOf(least, type) <= value && value <= positionOf(most, type);
};

/** Elastic's runner reads a backslash and an n as a line break, on both sides. */
const withLineBreaks = (text: string): string => text.replaceAll(String.raw`\n`, '\n');

const isSameScalar = (wanted: string, got: QueryScalar, type: FieldType | undefined): boolean => {
  if (wanted === ANY) return true;
  if (!isText(type) && type !== 'version' && type !== 'ip' && RANGE.test(wanted)) return isInRange(wanted, got, type);
  switch (type) {
    case 'integer':
    case 'long':
    case 'unsigned_long':
      return isSameWhole(wanted, got);
    case 'double':
      return wanted !== '' && isSameNumber(Number(wanted), Number(got));
    case 'date':
      return readDate(wanted) === readDate(String(got));
    case 'date_nanos':
      return parseIsoNanos(wanted) === parseIsoNanos(String(got));
    case 'boolean':
    case 'ip':
      return wanted.toLowerCase() === String(got).toLowerCase();
    default:
      return wanted === got || withLineBreaks(wanted) === withLineBreaks(String(got));
  }
};

const isSameCell = (wanted: ExpectedCell, got: QueryValue, type: FieldType | undefined): boolean => {
  if (wanted === ANY) return true;
  if (wanted === null || got === null) return wanted === got || (got === null && wanted === '' && !isText(type));
  const [wantedList, gotList] = [[wanted].flat(), [got].flat()];
  return (
    wantedList.length === gotList.length &&
    wantedList.every((value, at) => isSameScalar(value, gotList[at] ?? '', type))
  );
};

type Row = readonly QueryValue[];

const inJson = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each));

/** Why the rows differ, or null. */
const compareRows = (wanted: ExpectedTable, rows: readonly Row[], ignoresOrder: boolean): string | null => {
  if (wanted.rows.length !== rows.length) return `expected ${wanted.rows.length} rows, got ${rows.length}`;
  const isSame = (expected: readonly ExpectedCell[], got: Row): boolean =>
    wanted.fields.every(({ type }, at) =>
      isSameCell(expected[at] === undefined ? '' : expected[at], got[at] ?? null, type),
    );
  const left = [...rows];
  for (const [at, expected] of wanted.rows.entries()) {
    const found = ignoresOrder
      ? left.findIndex((row) => isSame(expected, row))
      : isSame(expected, left[0] ?? [])
        ? 0
        : -1;
    if (found === -1)
      return `row ${at + 1}: expected ${JSON.stringify(expected)}, got ${inJson(ignoresOrder ? left : left[0])}`;
    left.splice(found, 1);
  }
  return null;
};

const compareColumns = (wanted: ExpectedTable, columns: QueryAnswer['columns']): string | null => {
  // A column of nulls has no type of its own; an integer passes for a long, as it does with Elastic's runner.
  const isSameType = (got: FieldType, type: FieldType | undefined): boolean =>
    got === type || type === 'null' || (isText(got) && isText(type)) || (got === 'integer' && type === 'long');
  const isSame = ({ name, type, typeName }: ExpectedTable['fields'][number], at: number): boolean => {
    const got = columns[at];
    return got?.name === name && (typeName === NO_TYPE ? got.type === 'null' : isSameType(got.type, type));
  };
  if (wanted.fields.length === columns.length && wanted.fields.every(isSame)) return null;
  const [expected, got] = [wanted.fields, columns].map((list) =>
    list.map(({ name, type }) => `${name}:${type ?? '?'}`),
  );
  return `expected columns ${expected?.join(' | ') ?? ''}, got ${got?.join(' | ') ?? ''}`;
};

// Said unasked: of limits Elasticsearch's counterpart is left out of its suites as well; of fields that no index has it says nothing.
const OF_SENTINEL =
  /^(?:Without a LIMIT the answer|LIMIT \d+ was cut|No limit defined|No index (?:has a field|is called))/;

/** Exact warnings must be the ones emitted; patterns say which ones may be. */
const compareWarnings = (wanted: SpecCase, emitted: readonly string[]): string | null => {
  if (wanted.ignoresWarnings) return null;
  const patterns = wanted.warningPatterns.map(toPattern);
  const isAsked = (warning: string): boolean =>
    wanted.warnings.includes(warning) || patterns.some((pattern) => pattern.test(warning));
  const got = [...new Set(emitted.filter((one) => isAsked(one) || !OF_SENTINEL.test(one)))].toSorted();
  if (patterns.length > 0) {
    const other = got.find((warning) => !patterns.some((pattern) => pattern.test(warning)));
    return other === undefined ? null : `unexpected warning: ${other}`;
  }
  const expected = [...new Set(wanted.warnings)].toSorted();
  return JSON.stringify(expected) === JSON.stringify(got)
    ? null
    : `expected warnings ${JSON.stringify(expected)}, got ${JSON.stringify(got)}`;
};

/** Why an answer is not what the case expects, or null. */
export const compareAnswer = (spec: SpecCase, wanted: ExpectedTable, answer: QueryAnswer): string | null =>
  compareColumns(wanted, answer.columns) ??
  compareRows(wanted, answer.rows, spec.ignoresOrder) ??
  compareWarnings(spec, answer.warnings);
