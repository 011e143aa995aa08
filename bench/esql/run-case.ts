import type { TableStore } from '#app/open-tables.ts';
import type { Query } from '#esql/ast.ts';
import type { CheckedQuery } from '#esql/checked-query.ts';
import { checkQuery } from '#esql/check-query.ts';
import { EsqlError } from '#esql/errors.ts';
import { parseQuery } from '#esql/parse-query.ts';
import type { Schema } from '#esql/schema.ts';
import { SECOND_MS } from '#kernel/duration.ts';
import { compareAnswer } from './compare-answer.ts';
import { NO_TYPE, readExpectedTable } from './expected-table.ts';
import type { SpecCase } from './read-suite.ts';
import { toPattern } from './to-pattern.ts';

export type CaseOutcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'unsupported'; readonly reason: string };

export interface SuiteTables {
  readonly store: TableStore;
  /** Columns of types that the language does not have, by index. */
  readonly leftOut: ReadonlyMap<string, readonly string[]>;
}

const TIMEOUT_MS = 20 * SECOND_MS;

/** Every index may be read and joined; which of both, the query says. */
const schemaFor = (query: string, schema: Schema): Schema => {
  const joined = new Set(
    parseQuery(query).commands.flatMap((command) => (command.kind === 'lookup-join' ? [command.index.pattern] : [])),
  );
  return new Map(
    [...schema].map(([name, index]) => [name, { ...index, isLookup: joined.has(name), isReadable: true }]),
  );
};

const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${error.message}${cause}`;
};

const checkCase = (spec: SpecCase, schema: Schema): CheckedQuery | EsqlError => {
  try {
    return checkQuery(spec.query, { schema: schemaFor(spec.query, schema), parameters: spec.parameters });
  } catch (error) {
    if (error instanceof EsqlError) return error;
    throw error;
  }
};

const parseOrNull = (query: string): Query | null => {
  try {
    return parseQuery(query);
  } catch (error) {
    if (error instanceof EsqlError) return null;
    throw error;
  }
};

/** An index that the query reads and the suite has no table of, or none with a type that the language has; or null. */
const missingTable = (query: string, { store }: SuiteTables): string | null => {
  const schema = store.schema();
  const parsed = parseOrNull(query);
  if (!parsed) return null;
  const { source, commands } = parsed;
  const read = source.kind === 'from' ? source.indices : [];
  const joined = commands.flatMap((command) => (command.kind === 'lookup-join' ? [command.index] : []));
  const exact = [...read, ...joined].filter(({ pattern, isExcluded }) => !isExcluded && !pattern.includes('*'));
  return exact.find(({ pattern }) => !schema.has(pattern))?.pattern ?? null;
};

const UNKNOWN = /Unknown (function|command) \[([^\]]+)\]/u;

/** Why a refused query is outside of what is claimed, or null. */
const outsideOf = (error: EsqlError, spec: SpecCase, tables: SuiteTables): string | null => {
  if (error.isOutside) return error.message;
  const named = [...tables.leftOut.values()]
    .flat()
    .find((column) => new RegExp(String.raw`(?<![\w.])${RegExp.escape(column)}(?![\w.])`).test(spec.query));
  if (named !== undefined) return `the type of ${named}`;
  // Elastic's suites have functions and commands that are newer than any list, and tables of other names than their files.
  const unknown = UNKNOWN.exec(error.message);
  if (unknown !== null) return `the ${unknown[1]} ${unknown[2]}`;
  const table = missingTable(spec.query, tables);
  return table === null ? null : `there is no table ${table}`;
};

const refusedAsExpected = (error: EsqlError, expected: string): boolean =>
  toPattern(expected).test(error.message) || error.message.includes(expected);

/** Runs one case on the real parser, checks, translation and store. Never throws. */
export const runCase = async (spec: SpecCase, tables: SuiteTables): Promise<CaseOutcome> => {
  if (spec.fault !== null) return { kind: 'failed', reason: spec.fault };
  if (spec.title.endsWith('-Ignore')) return { kind: 'unsupported', reason: 'the suite itself leaves it out' };
  const expected = readExpectedTable(spec.table);
  const leftOut = new Set([...tables.leftOut.values()].flat());
  const foreign = expected.fields.find(
    ({ name, type, typeName }) => type === undefined && (typeName !== NO_TYPE || leftOut.has(name)),
  );
  if (foreign && spec.error === null) return { kind: 'unsupported', reason: `the type ${foreign.typeName}` };
  try {
    const checked = checkCase(spec, tables.store.schema());
    if (checked instanceof EsqlError) {
      if (spec.error === null) {
        const outside = outsideOf(checked, spec, tables);
        return outside === null
          ? { kind: 'failed', reason: `refused: ${checked.message}` }
          : { kind: 'unsupported', reason: outside };
      }
      if (refusedAsExpected(checked, spec.error)) return { kind: 'passed' };
      return { kind: 'failed', reason: `expected the error ${spec.error}, got ${checked.message}` };
    }
    if (spec.error !== null) return { kind: 'failed', reason: `expected the error ${spec.error}, and it was accepted` };
    const answer = await tables.store.query({
      query: checked,
      timeoutMs: TIMEOUT_MS,
      ...(spec.range ? { range: spec.range } : {}),
      withFailureWarnings: true,
      purpose: 'bench',
    });
    const difference = compareAnswer(spec, expected, answer);
    return difference === null ? { kind: 'passed' } : { kind: 'failed', reason: difference };
  } catch (error) {
    return { kind: 'failed', reason: messageOf(error) };
  }
};
