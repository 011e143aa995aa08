import type { Query } from './ast.ts';
import type { CheckedQuery, Parameters } from './checked-query.ts';
import { checkCommand, checkFields } from './check/check-command.ts';
import { checkFrom } from './check/check-source.ts';
import { report } from './check/checking.ts';
import type { Checking } from './check/checking.ts';
import { EsqlError, problemAt } from './errors.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { EsqlLimits } from './limits.ts';
import { parseQuery } from './parse-query.ts';
import type { Plan, PlanStep } from './plan.ts';
import { createParameterReader } from './check/read-parameter.ts';
import type { Schema } from './schema.ts';

export interface CheckOptions {
  readonly schema: Schema;
  readonly parameters?: Parameters;
  readonly limits?: Partial<EsqlLimits>;
}

const startChecking = (text: string, options: CheckOptions, limits: EsqlLimits): Checking => {
  let lastId = 0;
  const checking: Checking = {
    text,
    schema: options.schema,
    limits,
    parameters: createParameterReader(options.parameters ?? [], (span, message) => report(checking, span, message)),
    warnings: [],
    problems: [],
    indexColumns: new Set(),
    before: [],
    newId: () => (lastId += 1),
  };
  return checking;
};

const isMultiplying = (step: PlanStep): boolean =>
  step.kind === 'lookup-join' || step.kind === 'mv-expand' || (step.kind === 'stats' && !step.isInline);

/** The greatest number of rows that can come out; a join or STATS starts again from the cap. */
const rowLimitOf = (steps: readonly PlanStep[], cap: number): number => {
  let rows = cap;
  for (const step of steps) {
    if (step.kind === 'limit') rows = Math.min(rows, step.count);
    else if (isMultiplying(step)) rows = cap;
  }
  return rows;
};

const inDigits = (count: number): string => count.toLocaleString('en-US');

const planQuery = (checking: Checking, ast: Query): Plan => {
  const source =
    ast.source.kind === 'from' ? checkFrom(checking, ast.source) : checkFields(checking, new Map(), ast.source);
  const steps: PlanStep[] = ast.source.kind === 'row' ? [{ kind: 'row' }, ...source.steps] : [...source.steps];
  if (ast.source.kind === 'from') for (const { id } of source.scope.values()) checking.indexColumns.add(id);
  checking.before.push(ast.source.kind);
  let { scope } = source;
  let isLost = source.isLost === true;
  for (const command of ast.commands) {
    if (isLost) break;
    const checked = checkCommand(checking, scope, command);
    checking.before.push(command.kind);
    steps.push(...checked.steps);
    ({ scope } = checked);
    isLost = checked.isLost === true;
  }
  const last = ast.commands.at(-1);
  // In between there may be none: EVAL adds to the rows, and STATS counts them.
  if (last && scope.size === 0 && source.scope.size > 0 && checking.problems.length === 0)
    report(checking, { start: last.span.start, end: last.span.end }, 'no column is left');
  const hasLimit = ast.commands.some(({ kind }) => kind === 'limit');
  const cap = hasLimit ? checking.limits.maxRows : checking.limits.defaultRows;
  if (!hasLimit) checking.warnings.push(`Without a LIMIT the answer has at most ${inDigits(cap)} rows`);
  const wanted = rowLimitOf(steps, Infinity);
  if (hasLimit && wanted !== Infinity && wanted > cap)
    checking.warnings.push(`LIMIT ${wanted} was cut to ${inDigits(cap)}`);
  const output = [...scope].map(([name, { id, type, isMulti }]) => ({
    id,
    name,
    type: type ?? ('null' as const),
    isMulti,
  }));
  return { steps, output, rowLimit: rowLimitOf(steps, cap) };
};

const countOf = (parameters: Parameters | undefined): number => Object.keys(parameters ?? []).length;

/**
 * Parses a query and checks it against the schema, with its parameters bound as literals.
 * Throws EsqlError with the first problem of syntax, or else with every problem of meaning.
 * Elastic's ES|QL reference; one that the language has and Sentinel has not is refused by name.
 */
export const checkQuery = (text: string, options: CheckOptions): CheckedQuery => {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const ast = parseQuery(text, limits);
  const parameterCount = countOf(options.parameters);
  if (parameterCount > limits.maxParameters) {
    const message = `Query has [${parameterCount}] parameters, more than the limit of [${limits.maxParameters}]`;
    throw new EsqlError(text, [problemAt(text, { start: 0, end: 1 }, message)]);
  }
  const checking = startChecking(text, options, limits);
  const plan = planQuery(checking, ast);
  if (checking.problems.length > 0) throw new EsqlError(text, inOrderOfText(checking));
  return {
    text,
    ast,
    parameters: options.parameters ?? [],
    columns: plan.output.map(({ name, type }) => ({ name, type })),
    warnings: checking.warnings,
    plan,
  };
};

const inOrderOfText = ({ problems }: Checking): Checking['problems'] =>
  problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
