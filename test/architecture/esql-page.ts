import { type CommandDescription, PROCESSING_COMMANDS, SOURCE_COMMANDS } from '#esql/command-table.ts';
import { AGGREGATES } from '#esql/functions/aggregates.ts';
import { CONDITIONALS } from '#esql/functions/conditional.ts';
import { CONVERSIONS } from '#esql/functions/conversion.ts';
import { FORMAT_NAMES, patternLetters } from '#esql/functions/date-patterns.ts';
import { DATE_FIELDS, DATE_UNITS } from '#esql/functions/date-units.ts';
import { DATES } from '#esql/functions/dates.ts';
import type { Argument, FunctionDefinition, Signature } from '#esql/functions/definition.ts';
import { FUNCTIONS } from '#esql/functions/function-table.ts';
import { GROUPINGS } from '#esql/functions/grouping.ts';
import { IP_FUNCTIONS } from '#esql/functions/ip.ts';
import { MATHEMATICS } from '#esql/functions/mathematics.ts';
import { MULTI_VALUE_FUNCTIONS } from '#esql/functions/multi-values.ts';
import { SEARCHES } from '#esql/functions/search.ts';
import { STRINGS } from '#esql/functions/strings.ts';
import { GROK_PATTERNS } from '#esql/extract/grok-patterns.ts';
import { REFUSED_RLIKE_OPERATORS, RLIKE_OPERATORS } from '#esql/extract/lucene-regex.ts';
import { REFUSED_SEARCHES } from '#esql/search/refused-searches.ts';
import { SEARCH_OPTIONS } from '#esql/search/search-options.ts';
import { MAX_SEARCH_CLAUSES, MAX_SEARCH_DEPTH, MAX_SEARCH_LENGTH } from '#esql/search/search-query.ts';
import { DEFAULT_LIMITS } from '#esql/limits.ts';

const FAMILIES: readonly (readonly [string, readonly FunctionDefinition[]])[] = [
  ['Aggregates', AGGREGATES],
  ['Grouping, in BY', GROUPINGS],
  ['Conditions and choices', CONDITIONALS],
  ['Dates', DATES],
  ['Mathematics', MATHEMATICS],
  ['Strings', STRINGS],
  ['IP addresses', IP_FUNCTIONS],
  ['Conversion', CONVERSIONS],
  ['Several values in a row', MULTI_VALUE_FUNCTIONS],
  ['Search', SEARCHES],
];

const argument = ({ name, accepts }: Argument): string =>
  accepts.length === 0 ? name : `${name}: ${accepts.join(' or ').replaceAll(' except unsigned_long', '')}`;

const call = (name: string, { arguments: first, repeated, last }: Signature): string => {
  const parts = first.map(argument);
  if (repeated) parts.push(...(repeated.minRounds > 0 ? repeated.arguments.map(argument) : []), '…');
  if (last) parts.push(`[${argument(last)}]`);
  return `\`${name}(${parts.join(', ')})\``;
};

const escape = (text: string): string => text.replaceAll('|', String.raw`\|`);

const functionRow = ({ name, aliases = [], signatures, options = [], description }: FunctionDefinition): string => {
  const also = aliases.length > 0 ? ` Also ${aliases.map((alias) => `\`${alias}\``).join(', ')}.` : '';
  const searching = Object.entries(SEARCH_OPTIONS[name] ?? {}).map(([option, rule]) => ({ ...rule, name: option }));
  const braces = [...options, ...searching].map((option) => `\`${option.name}\` (${option.values})`).join(', ');
  const told = braces === '' ? '' : ` In braces after the arguments: ${braces}.`;
  const calls = [...new Set(signatures.map((signature) => call(name, signature)))];
  return `| ${escape(calls.join('<br>'))} | ${escape(description)}${also}${told} |`;
};

const commandRow = ({ syntax, description }: CommandDescription): string =>
  `| \`${escape(syntax)}\` | ${escape(description)} |`;

const table = (head: string, rows: readonly string[]): string => [head, '|---|---|', ...rows].join('\n');

const inDigits = (count: number): string => count.toLocaleString('en-US');

const DIFFERENCES = [
  'There is no geometry. Telemetry has no unsigned_long, version and date_nanos: fields of these types in Elasticsearch are read as double, keyword and date, and queries make them by a cast.',
  'ENRICH, FORK, FUSE, RERANK, COMPLETION, TS, SHOW, EXPLAIN and SET are refused by name, as are subqueries, LIMIT BY, other clusters and parts of data streams. LOOKUP JOIN on several fields or a condition needs Elasticsearch 9.2; embedded, it keeps the order of rows that are sorted or that a ROW or a LIMIT makes few, which Elasticsearch does not promise. Of METADATA there is `_index`; the others are refused by name, `_id` and `_score` with what to do instead.',
  'LOOKUP JOIN joins [lookup tables](lookups.md): embedded those that CSV files fill, in Elasticsearch the lookup indices that `elasticsearch.lookups` names or that have an alias under Sentinel’s prefix.',
  'Embedded, statistics are exact: COUNT_DISTINCT, PERCENTILE and MEDIAN count and sort every value where Elasticsearch estimates beyond some thousands.',
  'Embedded, what a query builds of many rows is bounded, so that it can be stopped and leaves memory to others: where its calls could make very long texts or lists (REPEAT, CONCAT, REPLACE, SPLIT, MV_APPEND and the like, one of the other), a row that passes the bound is null there, and a warning names it.',
  'A field that is a date in one index and has nanoseconds in another has them in FROM of both, as in Elasticsearch from 9.2 on; one before refuses it.',
  'VALUES gives its values in order; Elasticsearch promises none.',
  'Regular expressions run on RE2, in time that grows with the text and no faster: look-around, back-references and possessive quantifiers are refused in REPLACE and GROK, and atomic groups are ordinary ones.',
  'CATEGORIZE may stand anywhere among the groups; Elasticsearch takes it as the first one only, so it is sent as that.',
  'The categories of CATEGORIZE are those of Sentinel’s own miner: its similarity_threshold and analyzer are taken and change nothing.',
  'KQL and QSTR find nothing in a field that no index has, as Elasticsearch does, and a warning names the nearest.',
  'Weeks in patterns of dates (`YYYY`, `ww`, `e`) begin on Sunday and the first of a year holds January 1st, as Elasticsearch 9 has it for en-US; before, it depends on the version of Java.',
  'An Elasticsearch before 9.6 does not know YEAR, MONTH, DAY and HOUR, and one before 9.3 no CLAMP; DATE_EXTRACT, LEAST and GREATEST say the same everywhere.',
  'A part of a GROK pattern that may be left out of it is null where it is empty.',
  'CHANGE_POINT finds the kinds that Elasticsearch finds by tests of its own: where a change is plain both name it, and their p-values differ.',
  'A warning names rows that could not be computed in Elasticsearch’s words and at its place; of columns that nobody reads, and of rows that a LIMIT or a condition on other columns leaves out, there is none. HASH knows no MD2 and no SHAKE. Without a LIMIT the warning says how many rows an answer has.',
] as const;

const inCode = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(', ');

/** `y` to `yyyyy`, or each where there are gaps. */
const letterRuns = (use: 'format' | 'parse'): string =>
  [...patternLetters(use)]
    .map(([letter, widths]) => {
      const [least, most] = [Math.min(...widths), Math.max(...widths)];
      const isWhole = most - least + 1 === widths.length && widths.length > 2;
      return isWhole
        ? `\`${letter.repeat(least)}\`–\`${letter.repeat(most)}\``
        : inCode(widths.map((n) => letter.repeat(n)));
    })
    .join(', ');

const units = Object.entries(DATE_UNITS)
  .map(([unit, names]) => `${unit} (${inCode(names.split(' '))})`)
  .join(', ');

const DATES_IN_WORDS = `- Units of DATE_DIFF, in any case: ${units}.
- Parts of DATE_EXTRACT, in any case: ${inCode(DATE_FIELDS)}.
- Letters of patterns of DATE_FORMAT, those of Java: ${letterRuns('format')}.
- Of DATE_PARSE: ${letterRuns('parse')}. None may tell twice what another tells.
- Other letters stand in single quotes, parts in brackets may be left out, and \`||\` stands between several formats. Some have names, with or without \`strict_\` before it: ${inCode(FORMAT_NAMES)}.`;

const SEARCHES_IN_WORDS = `KQL refuses ${REFUSED_SEARCHES.KQL}. A search has at most ${MAX_SEARCH_LENGTH.toLocaleString('en-US')} characters, ${MAX_SEARCH_CLAUSES.toLocaleString('en-US')} clauses and parentheses nested ${MAX_SEARCH_DEPTH} deep.`;

const rlike = (): string =>
  table(
    '| RLIKE | What it finds |',
    RLIKE_OPERATORS.map(([example, finds]) => `| \`${escape(example)}\` | ${finds} |`),
  );

/** The reference of the language as docs/esql.md holds it, from the tables that the parser and the checks read. */
export const describeLanguage = (): string => {
  const listed = new Set(FAMILIES.flatMap(([, functions]) => functions.map(({ name }) => name)));
  const missing = FUNCTIONS.filter(({ kind, name }) => kind !== 'operator' && !listed.has(name));
  if (missing.length > 0) throw new Error(`no family has ${missing.map(({ name }) => name).join(', ')}`);
  const commands = table('| Command | What it does |', [...SOURCE_COMMANDS, ...PROCESSING_COMMANDS].map(commandRow));
  const functions = FAMILIES.map(
    ([title, members]) => `### ${title}\n\n${table('| Call | What it gives |', members.map(functionRow))}`,
  );
  return `# ES|QL in Sentinel

<!-- Generated by \`npm run docs:esql\` from the tables in src/esql; a test compares them. -->

The language in which Sentinel is asked, by people and by itself, on Elasticsearch and embedded. A query is a source command and then commands after pipes. Keywords and functions may be written in any case; names of fields may not. \`// …\` and \`/* … */\` are comments.

    FROM logs
    | WHERE level == "error" AND @timestamp > NOW() - 1 hour
    | STATS n = COUNT(*), slow = COUNT(*) WHERE duration_ms > 1000 BY service.name
    | SORT n DESC

## Commands

${commands}

## Values

- Numbers: \`5\` is an integer, beyond 2,147,483,647 a long, beyond 9,223,372,036,854,775,807 an unsigned_long (it computes and compares with its own kind only, and is not summed or averaged), \`5.0\` a double. Answers have every digit of a whole number; a chart rounds beyond 2^53. Strings stand in double quotes, \`"""…"""\` without escapes. \`[1, 2]\` is several values of one kind. Spans of time: \`5 minutes\`, \`1 day\`.
- \`x::type\` converts: boolean, integer, long, unsigned_long, double, keyword, date, date_nanos, ip, version.
- \`?name\`, \`?1\` and \`?\` are values of parameters, \`??name\` names of columns or functions. Both are never read as text of the query.
- Names with other characters than letters, digits, \`_\` and dots stand in backquotes.

## Operators

From the tightest: \`::\`, unary \`-\`, \`* / %\`, \`+ -\`, comparisons (\`== != < <= > >=\`, \`IN\`, \`LIKE\`, \`RLIKE\`, \`IS NULL\`, \`:\`), \`NOT\`, \`AND\`, \`OR\`. LIKE knows \`*\` and \`?\` and takes a list as well: \`LIKE ("a*", "b*")\`.

## Nulls, several values and what cannot be computed

- What is computed of null is null; \`x == null\` is never true. WHERE keeps only what is true.
- A field may have several values in a row. An operator or an ordinary function then gives null and a warning. The MV_ functions, conversions, COALESCE, CASE, GREATEST, LEAST, IS NULL, aggregates, BY, SORT and searches take them.
- Overflow, division by zero, a text that is no number and the like give null and a warning that tells place and reason; the query goes on.

## Functions

${functions.join('\n\n')}

## Words and letters of dates

${DATES_IN_WORDS}

## Patterns of searches

${SEARCHES_IN_WORDS}

${rlike()}

RLIKE matches the whole text. ${inCode(REFUSED_RLIKE_OPERATORS)} are refused unless they are escaped by a backslash, \`(?…)\` always.

## Patterns of GROK

${Object.keys(GROK_PATTERNS)
  .toSorted()
  .map((name) => `\`${name}\``)
  .join(', ')}.

## Limits

A query has at most ${inDigits(DEFAULT_LIMITS.maxQueryLength)} characters, ${DEFAULT_LIMITS.maxCommands} commands, ${DEFAULT_LIMITS.maxParameters} parameters and expressions nested ${DEFAULT_LIMITS.maxNestingDepth} deep (a list of conditions joined by AND or by OR is not nested, however long it is; each + or * of a chain is); an answer at most ${inDigits(DEFAULT_LIMITS.maxRows)} rows, ${inDigits(DEFAULT_LIMITS.defaultRows)} without a LIMIT.

## What differs from Elasticsearch

${DIFFERENCES.map((difference) => `- ${difference}`).join('\n')}
`;
};
