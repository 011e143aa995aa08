export interface CommandDescription {
  readonly name: string;
  readonly syntax: string;
  /** One or two sentences for a person who types queries. */
  readonly description: string;
}

/** With which a query begins. */
export const SOURCE_COMMANDS: readonly CommandDescription[] = [
  {
    name: 'FROM',
    syntax: 'FROM logs, metr*, -metrics-old [METADATA _index]',
    description:
      'The rows of one or more indices: names, patterns with `*`, exclusions after a pattern. Fields are sorted by name; one that an index lacks is null there.',
  },
  { name: 'ROW', syntax: 'ROW a = 1, b = [1, 2]', description: 'One row of constants.' },
];

/** What may follow after a pipe, in the order in which they are listed to people. */
export const PROCESSING_COMMANDS: readonly CommandDescription[] = [
  {
    name: 'WHERE',
    syntax: 'WHERE condition',
    description: 'Keeps the rows of which the condition is true; null is not.',
  },
  {
    name: 'EVAL',
    syntax: 'EVAL a = x, b = a + 1',
    description: 'Adds columns, from left to right. One that exists already is replaced and moves to the end.',
  },
  {
    name: 'STATS',
    syntax: 'STATS n = COUNT(*) [WHERE condition], … [BY g = expression, …]',
    description:
      'One row a group with its aggregates. A row with several values of a group belongs to each; aggregates take every value and skip nulls.',
  },
  {
    name: 'INLINE STATS',
    syntax: 'INLINE STATS m = MAX(x) [BY g]',
    description:
      'Aggregates as STATS does, and adds them to the rows, which stay. A row with several values of a group takes those of each. Groups move to the end.',
  },
  {
    name: 'LOOKUP JOIN',
    syntax: 'LOOKUP JOIN index ON field[, field]',
    description:
      'Adds the columns of a lookup index where its field, or all of several, are equal, or where a condition on the fields of both is true (`ON a == b AND c > d AND name LIKE "x*"`): comparisons, LIKE, RLIKE, IN, IS NULL, STARTS_WITH, ENDS_WITH, CIDR_MATCH and, of fields of the lookup index, MATCH, MATCH_PHRASE, MULTI_MATCH and `:`; rows without a match stay.',
  },
  { name: 'MV_EXPAND', syntax: 'MV_EXPAND field', description: 'A row for each value of a field.' },
  {
    name: 'SAMPLE',
    syntax: 'SAMPLE 0.1',
    description: 'Keeps each row with this probability; counts are not scaled up.',
  },
  {
    name: 'DISSECT',
    syntax: 'DISSECT message "%{verb} %{path}" [APPEND_SEPARATOR=" "]',
    description:
      'Columns from a text between delimiters. `%{?k}` and `%{}` skip, `%{k->}` takes repeated delimiters, `%{+k}` and `%{+k/1}` join; the whole text must match, or all are null.',
  },
  {
    name: 'GROK',
    syntax: 'GROK message "%{IP:client} %{INT:bytes:int}"[, "…"]',
    description:
      'Columns from a text by named patterns or `(?<name>…)`, found anywhere in it. A name used twice has several values; of several patterns the first that matches counts.',
  },
  {
    name: 'CHANGE_POINT',
    syntax: 'CHANGE_POINT value [ON key] [AS type, pvalue]',
    description:
      'Where a series changes: spike, dip, step_change, trend_change or distribution_change, in the order of the key (`@timestamp` by default), with the p-value. It needs 22 values and looks at 1,000.',
  },
  {
    name: 'SORT',
    syntax: 'SORT expression [ASC|DESC] [NULLS FIRST|LAST], …',
    description:
      'Orders rows. Nulls are last ascending and first descending; of several values the least counts ascending, the greatest descending.',
  },
  {
    name: 'LIMIT',
    syntax: 'LIMIT 100',
    description:
      'The first rows only. Without it an answer has 1,000. Never more than 10,000, and in Slack no more than `query.rows`.',
  },
  {
    name: 'KEEP',
    syntax: 'KEEP a, b*, *',
    description:
      'These columns, in this order. Of a column named twice the more exact name decides its place, else the later.',
  },
  { name: 'DROP', syntax: 'DROP a, b*', description: 'All columns but these.' },
  {
    name: 'RENAME',
    syntax: 'RENAME a AS b, c = d',
    description: 'Renames, one after the other; a column already called so disappears.',
  },
];
