import type { Plan, PlanStep, TypedCall, TypedExpression } from '#esql/plan.ts';
import { expressionsOf } from '#esql/step-expressions.ts';

/**
 * DuckDB computes an expression for a whole vector of rows before it looks whether the query was stopped, and
 * lists on the way do not count against its memory limit. So what a query can build of short texts is bounded.
 */

/** Elasticsearch builds no longer string by REPEAT or SPACE. */
export const MAX_STRING_BYTES = 1_048_576;
const VECTOR_ROWS = 2_048;
// Of all calls of a query together. A plan is taken to stay small by what it could build at most, of texts as long
// as the longest; where it does not, so much less is built that it takes a few seconds at the dearest.
const SMALL_VECTOR_BYTES = 536_870_912;
const BOUNDED_VECTOR_BYTES = 134_217_728;
/** What a member of a list takes beside its text, and any value that is no text. */
export const MEMBER_BYTES = 16;
// Few stored texts are longer, never all of a vector.
const STORED_TEXT_BYTES = 8_192;

type Sizes = Map<number, number>;
type Growth = (arguments_: readonly number[], call: TypedCall) => number;

const at = (sizes: readonly number[], place: number): number => sizes[place] ?? 0;

const repeated =
  (timesAt: number): Growth =>
  (sizes, call) => {
    const times = call.arguments[timesAt];
    const count = times?.kind === 'literal' ? Math.max(0, Number(times.value)) : Number.POSITIVE_INFINITY;
    return Math.min(MAX_STRING_BYTES, (timesAt === 0 ? 1 : at(sizes, 0)) * count);
  };

const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);

const encoded: Growth = (sizes) => 3 * at(sizes, 0);
const joined: Growth = (sizes) => at(sizes, 0) * (1 + at(sizes, 1) / MEMBER_BYTES);

// Of four characters one is replaced at most, as a rule. What is not here is as long as its arguments together.
const GROWTH: ReadonlyMap<string, Growth> = new Map([
  ['REPEAT', repeated(1)],
  ['SPACE', repeated(0)],
  ['REPLACE', (sizes) => at(sizes, 0) * (1 + at(sizes, 2) / 4)],
  ['SPLIT', (sizes) => at(sizes, 0) * (1 + MEMBER_BYTES)],
  ['MV_CONCAT', joined],
  ['MV_ZIP', (sizes) => (at(sizes, 0) + at(sizes, 1)) * (1 + at(sizes, 2) / MEMBER_BYTES)],
  ['TO_BASE64', encoded],
  ['URL_ENCODE', encoded],
  ['URL_ENCODE_COMPONENT', encoded],
]);

const isText = ({ type }: TypedExpression): boolean => type === 'keyword' || type === 'text';

interface Tally {
  calls: number;
  bytes: number;
}

/** The bytes that a value may take, with what is computed on the way to it added to the tally. */
const sizeOf = (expression: TypedExpression, columns: Sizes, tally: Tally): number => {
  switch (expression.kind) {
    case 'literal':
      return typeof expression.value === 'string' ? Buffer.byteLength(expression.value) : MEMBER_BYTES;
    case 'list':
      return sum(
        expression.values.map(
          (value) => MEMBER_BYTES + (typeof value === 'string' ? Buffer.byteLength(value) : MEMBER_BYTES),
        ),
      );
    case 'span':
      return 0;
    case 'column':
      return columns.get(expression.id) ?? (isText(expression) ? STORED_TEXT_BYTES : MEMBER_BYTES);
    case 'widen':
      return sizeOf(expression.operand, columns, tally);
    case 'call': {
      const sizes = expression.arguments.map((argument) => sizeOf(argument, columns, tally));
      const isLong = isText(expression) || expression.isMulti;
      const bytes = isLong ? (GROWTH.get(expression.function)?.(sizes, expression) ?? sum(sizes)) : MEMBER_BYTES;
      tally.calls += 1;
      tally.bytes += bytes;
      return bytes;
    }
  }
};

/** Rows that a vector may hold behind the step. */
const rowsBehind = (step: PlanStep, rows: number): number => {
  switch (step.kind) {
    case 'row':
      return 1;
    case 'limit':
      return Math.min(rows, step.count);
    case 'stats':
      return step.groups.length === 0 && !step.isInline ? 1 : rows;
    case 'from':
    case 'lookup-join':
    case 'mv-expand':
      return VECTOR_ROWS;
    default:
      return rows;
  }
};

const noteColumns = (step: PlanStep, columns: Sizes, tally: Tally): void => {
  if (step.kind === 'eval') {
    for (const { column, expression } of step.assignments) columns.set(column.id, sizeOf(expression, columns, tally));
    return;
  }
  for (const expression of expressionsOf(step)) sizeOf(expression, columns, tally);
  const untold: Tally = { calls: 0, bytes: 0 };
  if (step.kind === 'mv-expand') columns.set(step.column.id, sizeOf(step.expression, columns, untold));
  if (step.kind !== 'stats') return;
  for (const { column, expression } of step.groups) columns.set(column.id, sizeOf(expression, columns, untold));
  for (const { column, arguments: values } of step.aggregates) {
    const bytes = sum(values.map((value) => sizeOf(value, columns, untold)));
    // As many as the rows have.
    columns.set(column.id, column.isMulti ? Number.POSITIVE_INFINITY : bytes);
  }
  // As many as the row has groups.
  for (const { column } of step.gathered?.taken ?? []) columns.set(column.id, Number.POSITIVE_INFINITY);
};

/**
 * The most bytes that any one value may take which a call of the plan builds; null where the plan shows that
 * all of them together stay small, as those of nearly every query do.
 */
export const maxBuiltBytes = ({ steps }: Pick<Plan, 'steps'>): number | null => {
  const columns: Sizes = new Map();
  const tally: Tally = { calls: 0, bytes: 0 };
  let rows = 0;
  let mostRows = 1;
  for (const step of steps) {
    const before = tally.calls;
    noteColumns(step, columns, tally);
    if (tally.calls > before) mostRows = Math.max(mostRows, rows);
    rows = rowsBehind(step, rows);
  }
  if (tally.bytes * mostRows <= SMALL_VECTOR_BYTES) return null;
  return Math.floor(BOUNDED_VECTOR_BYTES / mostRows / tally.calls);
};
