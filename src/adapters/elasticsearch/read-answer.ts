import type { CheckedQuery } from '#esql/checked-query.ts';
import type { FieldType } from '#esql/schema.ts';
import { AppError } from '#kernel/errors.ts';
import type { QueryAnswer, QueryScalar, QueryValue } from '#ports/telemetry-store.ts';

/** What `_query` answers with, as far as it is read. */
export interface EsqlAnswer {
  readonly columns?: readonly { readonly name: string; readonly type: string }[];
  readonly values?: readonly (readonly unknown[])[];
  readonly is_partial?: boolean;
  readonly _clusters?: {
    readonly details?: Readonly<
      Record<string, { readonly _shards?: { readonly total?: number; readonly failed?: number } }>
    >;
  };
}

const MAX_WARNINGS = 20;

const SCALARS: ReadonlySet<string> = new Set(['string', 'number', 'bigint', 'boolean']);

const isScalar = (value: unknown): value is QueryScalar => SCALARS.has(typeof value);

const toDate = (value: QueryScalar): string | null => {
  const date = typeof value === 'boolean' ? undefined : new Date(typeof value === 'bigint' ? Number(value) : value);
  return date === undefined || Number.isNaN(date.getTime()) ? null : date.toISOString();
};

const toScalar = (value: unknown, type: FieldType): QueryScalar | null => {
  if (!isScalar(value)) return null;
  if (type === 'date') return toDate(value);
  return type === 'double' && typeof value === 'bigint' ? Number(value) : value;
};

const toQueryValue = (value: unknown, type: FieldType): QueryValue => {
  if (!Array.isArray(value)) return toScalar(value, type);
  const members = value.map((member) => toScalar(member, type)).filter((member) => member !== null);
  return members.length <= 1 ? (members[0] ?? null) : members;
};

// The position is one in the query that was sent, which nobody has seen.
const POSITION = /^Line \d+:\d+: /;

/** The texts of HTTP's Warning headers (RFC 7234, section 5.5). */
export const readWarnings = (header: string | readonly string[] | undefined): readonly string[] => {
  const text = typeof header === 'string' ? header : (header ?? []).join(', ');
  const warnings = [...text.matchAll(/\b\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, quoted = '']) =>
    quoted.replaceAll(/\\(.)/g, '$1').replace(POSITION, ''),
  );
  return [...new Set(warnings)].slice(0, MAX_WARNINGS);
};

const shardsOf = (answer: EsqlAnswer): { readonly failed: number; readonly total: number } => {
  const shards = Object.values(answer._clusters?.details ?? {}).map((cluster) => cluster._shards);
  const sum = (of: 'failed' | 'total'): number => shards.reduce((total, shard) => total + (shard?.[of] ?? 0), 0);
  return { failed: sum('failed'), total: sum('total') };
};

const whatIsMissing = ({ failed, total }: ReturnType<typeof shardsOf>): string =>
  failed > 0
    ? `Elasticsearch could not read ${failed} of ${total} shards`
    : 'Elasticsearch could not read all of the telemetry';

const partialFault = (missing: string): AppError =>
  new AppError({
    code: 'unavailable',
    isRetryable: true,
    userMessage: `${missing}, so what it counted would be wrong. Check the state of its cluster.`,
  });

const isAsChecked = (answer: EsqlAnswer, query: CheckedQuery): boolean => {
  const names = (answer.columns ?? []).map((column) => column.name);
  return names.length === query.columns.length && query.columns.every((column, at) => column.name === names[at]);
};

/**
 * Elasticsearch's answer as the port gives it. A partial one is shown as cut where it lists rows;
 * where it counts them it is a fault, because a count over some of the shards is a wrong count.
 */
export const readAnswer = (
  answer: EsqlAnswer,
  query: CheckedQuery,
  warnings: readonly string[],
): Omit<QueryAnswer, 'tookMs'> => {
  if (!isAsChecked(answer, query)) {
    throw new AppError({
      code: 'rejected',
      isRetryable: false,
      userMessage: 'Elasticsearch gave an answer that does not fit the query. Nothing was read from it.',
    });
  }
  const shards = shardsOf(answer);
  const isPartial = answer.is_partial === true || shards.failed > 0;
  if (isPartial && query.plan.steps.some((step) => step.kind === 'stats')) throw partialFault(whatIsMissing(shards));
  const values = answer.values ?? [];
  return {
    columns: query.columns,
    rows: values.map((row) => query.columns.map(({ type }, at) => toQueryValue(row[at], type))),
    warnings: [
      ...query.warnings,
      ...(isPartial ? [`${whatIsMissing(shards)}: rows may be missing.`] : []),
      ...warnings,
    ],
    isCut: isPartial || values.length >= query.plan.rowLimit,
  };
};
