import type { ConstantValue } from '#esql/plan.ts';
import type { FieldType } from '#esql/schema.ts';
import { sqlType } from '../sql/sql-type.ts';

export type SqlParameter = string | number | boolean | bigint | Date | null;

/**
 * A query as a chain of CTEs, each reading the one before. Columns are called c1, c2… after the
 * plan's ids and never after anything that the query's author wrote; values are bound.
 */
export interface SelectBuilder {
  /** SQL that somebody else wrote, kept apart until the end. */
  raw(sql: string): string;
  /** A prepared parameter of this type. */
  bind(value: ConstantValue, type: FieldType): string;
  /** A string in quotes, for the few places where DuckDB takes no parameter. */
  text(value: string): string;
  /** A column beside the ones that are there. */
  define(alias: string, sql: string): void;
  /** The expression under a name, so that it may be written twice and is computed once. */
  once(sql: string): string;
  newAlias(prefix: 'j' | 'k' | 't'): string;
  /** The name of the chain's end, with all columns defined so far. */
  current(): string;
  /** Adds a SELECT to the end of the chain; one that would give other rows if read again is computed once. */
  append(select: string, computed?: 'once'): void;
  /** From here on the chain reads this table, which holds the rows that it has so far. */
  continueFrom(table: string): void;
  finish(select: string): { readonly sql: string; readonly parameters: readonly SqlParameter[] };
}

const COLUMN = /^[cjkt]\d+$/;
const CONSTANT = /^(?:\$\d+::[A-Z]+|CAST\(NULL AS [A-Z]+\)|-?\d+)$/;
const RAW = /@(\d+)@/g;
const PLACEHOLDER = /\$(\d+)/g;
const REFERENCES = /\b[ct]\d+\b/g;

/** The client would bind a whole double as BIGINT, and lose its range or the sign of zero. */
const asParameter = (value: Exclude<ConstantValue, null>, type: FieldType): Exclude<SqlParameter, null | Date> => {
  if (type === 'long' || type === 'date' || type === 'date_nanos') return BigInt(value);
  // Above the range of BIGINT the client binds no bigint.
  if (type === 'unsigned_long') return String(value);
  if (type === 'double' && Number.isInteger(value)) return Object.is(value, -0) ? '-0.0' : String(value);
  return value;
};

interface Definition {
  readonly alias: string;
  readonly sql: string;
  /** Definitions of one level depend on none of that level. */
  readonly level: number;
}

export const createSelectBuilder = (): SelectBuilder => {
  const parameters: SqlParameter[] = [];
  const placeholders = new Map<string, string>();
  const selects: string[] = [];
  const raws = new Map<string, number>();
  let pending: Definition[] = [];
  let aliases = 0;

  const end = (): string => `s${selects.length}`;
  const append = (select: string, computed?: 'once'): void => {
    // A CTE is otherwise computed in full, and no filter reaches the table's scan.
    selects.push(`s${selects.length + 1} AS ${computed === 'once' ? '' : 'NOT '}MATERIALIZED (${select})`);
  };
  const flush = (): void => {
    const definitions = pending;
    pending = [];
    const deepest = Math.max(0, ...definitions.map(({ level }) => level));
    for (let level = 1; level <= deepest; level += 1) {
      const added = definitions.filter((definition) => definition.level === level);
      append(`SELECT *, ${added.map(({ alias, sql }) => `${sql} AS ${alias}`).join(', ')} FROM ${end()}`);
    }
  };
  const define = (alias: string, sql: string): void => {
    const used = new Set(sql.match(REFERENCES));
    const below = pending.filter((definition) => used.has(definition.alias)).map(({ level }) => level);
    pending.push({ alias, sql, level: 1 + Math.max(0, ...below) });
  };
  const newAlias = (prefix: 'j' | 'k' | 't'): string => {
    aliases += 1;
    return `${prefix}${aliases}`;
  };
  const bind = (value: ConstantValue, type: FieldType): string => {
    if (value === null) return `CAST(NULL AS ${sqlType(type)})`;
    const bound = asParameter(value, type);
    const key = `${type} ${typeof bound} ${Object.is(bound, -0) ? '-0' : String(bound)}`;
    const known = placeholders.get(key);
    if (known !== undefined) return known;
    parameters.push(bound);
    const place = `$${parameters.length}`;
    const sql = type === 'date' ? `make_timestamp_ms(${place}::BIGINT)` : `${place}::${sqlType(type)}`;
    placeholders.set(key, sql);
    return sql;
  };

  // The same SQL has the same place, so that what holds it is seen to be the same as well.
  const raw = (sql: string): string => {
    const known = raws.get(sql);
    const place = known ?? raws.size + 1;
    if (known === undefined) raws.set(sql, place);
    return `@${place}@`;
  };

  return {
    bind,
    // A pattern of RE2 can name a NUL, which no text of SQL can hold.
    text: (value) => raw(`'${value.replaceAll("'", "''").replaceAll('\0', String.raw`\x00`)}'`),
    define,
    once: (sql) => {
      if (COLUMN.test(sql) || CONSTANT.test(sql)) return sql;
      const same = pending.find((definition) => definition.sql === sql);
      if (same) return same.alias;
      const alias = newAlias('t');
      define(alias, sql);
      return alias;
    },
    newAlias,
    current: () => {
      flush();
      return end();
    },
    append,
    continueFrom: (table) => {
      flush();
      selects.length = 0;
      append(`SELECT * FROM ${table}`);
    },
    raw,
    finish: (select) => {
      // DuckDB refuses a parameter that no longer stands in the SQL, e.g. a unit's name.
      const used: SqlParameter[] = [];
      const written = [...raws.keys()];
      const positions = new Map<string, number>();
      const sql = `WITH ${selects.join(',\n')}\n${select}`
        .replaceAll(PLACEHOLDER, (_, place: string) => {
          const position = positions.get(place) ?? used.push(parameters[Number(place) - 1] ?? null);
          positions.set(place, position);
          return `$${position}`;
        })
        .replaceAll(RAW, (_, at: string) => written[Number(at) - 1] ?? '');
      return { sql, parameters: used };
    },
  };
};
