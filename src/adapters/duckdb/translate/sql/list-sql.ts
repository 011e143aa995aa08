import type { EmitContext } from '../emitters/emitter.ts';

/** A list without nulls; null where nothing is left, as a field without a value is. */
export const filledList = (context: EmitContext, sql: string): string => {
  const list = context.once(`list_filter(${sql}, lambda m: m IS NOT NULL)`);
  return `CASE WHEN len(${list}) > 0 THEN ${list} END`;
};

// Of more values their order is not worth the time that finding each in the list takes.
export const MAX_IN_ORDER = 300;

/** Each member once: in the order of its first place, many in their own. */
export const distinctSql = (context: EmitContext, sql: string): string => {
  const list = context.once(sql);
  const inOrder = `list_filter(${list}, lambda m, i: list_position(${list}, m) = i)`;
  return `CASE WHEN len(${list}) <= ${MAX_IN_ORDER} THEN ${inOrder} ELSE list_sort(list_distinct(${list})) END`;
};

/** The members as rows, one of null where there is none. */
export const unnestSql = (list: string): string => `unnest(coalesce(${list}, [NULL]))`;

const MEMBER = 'e';

/** `write` of every member; it can name nothing that is computed once, because each member is another. */
export const mapList = (
  context: EmitContext,
  list: string,
  write: (member: string, context: EmitContext) => string,
): string => {
  const inline: EmitContext = { ...context, once: (sql) => (/^\w+$/.test(sql) ? sql : `(${sql})`) };
  return `list_transform(${list}, lambda ${MEMBER}: ${write(MEMBER, inline)})`;
};
