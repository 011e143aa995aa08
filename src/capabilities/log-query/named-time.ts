import type { CheckedQuery } from '#esql/checked-query.ts';
import { foldDate, isFoldable } from '#esql/check/fold-date.ts';
import type { TypedExpression } from '#esql/plan.ts';

/** The time that a query asks for by itself; null where it has no such bound, or none that is known beforehand. */
export interface NamedTime {
  readonly from: Date | null;
  readonly to: Date | null;
}

/** What the WHEREs of a query say of `@timestamp`; null: nothing, so that a time is meant that nobody named. */
export const namedTime = ({ ast, plan }: CheckedQuery, now: Date): NamedTime | null => {
  const isNamed = ast.commands.some((command) => command.kind === 'where' && mentionsTimestamp(command.condition));
  if (!isNamed) return null;
  const timestamps = new Set(
    plan.steps.flatMap((step) =>
      step.kind === 'from'
        ? step.indices.flatMap(({ fields }) => [...fields].flatMap(([id, name]) => (name === '@timestamp' ? [id] : [])))
        : [],
    ),
  );
  const conditions = plan.steps.flatMap((step) => (step.kind === 'where' ? [step.condition] : []));
  const bounds = conditions.map((condition) => boundsOf(condition, timestamps, now.getTime())).reduce(both, ANY_TIME);
  return { from: dateOf(bounds.from), to: dateOf(bounds.to) };
};

export const mentionsTimestamp = (node: unknown): boolean => {
  if (typeof node !== 'object' || node === null) return false;
  if ('kind' in node && node.kind === 'name' && 'name' in node && node.name === '@timestamp') return true;
  return Object.values(node).some(mentionsTimestamp);
};

/** In milliseconds since 1970. */
interface Bounds {
  readonly from: number;
  readonly to: number;
}

const ANY_TIME: Bounds = { from: -Infinity, to: Infinity };

const dateOf = (ms: number): Date | null => (Number.isFinite(ms) ? new Date(ms) : null);

const both = (a: Bounds, b: Bounds): Bounds => ({ from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) });
const either = (a: Bounds, b: Bounds): Bounds => ({ from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) });

const MIRRORED: Readonly<Record<string, string>> = { '>': '<', '>=': '<=', '<': '>', '<=': '>=', '==': '==' };

const boundsOf = (condition: TypedExpression, timestamps: ReadonlySet<number>, nowMs: number): Bounds => {
  const [left, right] = condition.kind === 'call' ? condition.arguments : [];
  if (condition.kind !== 'call' || left === undefined || right === undefined) return ANY_TIME;
  const name = condition.function;
  if (name === 'AND' || name === 'OR') {
    const join = name === 'AND' ? both : either;
    return join(boundsOf(left, timestamps, nowMs), boundsOf(right, timestamps, nowMs));
  }
  const mirrored = MIRRORED[name];
  if (mirrored === undefined) return ANY_TIME;
  if (isOneOf(left, timestamps)) return boundAt(name, right, nowMs);
  return isOneOf(right, timestamps) ? boundAt(mirrored, left, nowMs) : ANY_TIME;
};

const isOneOf = (value: TypedExpression, columns: ReadonlySet<number>): boolean =>
  value.kind === 'column' && columns.has(value.id);

const boundAt = (operator: string, value: TypedExpression, nowMs: number): Bounds => {
  const ms = isFoldable(value) ? foldDate(value, nowMs) : undefined;
  if (ms === undefined) return ANY_TIME;
  return {
    from: operator.startsWith('>') || operator === '==' ? ms : -Infinity,
    to: operator.startsWith('<') || operator === '==' ? ms : Infinity,
  };
};
