import type { Parameters } from '#esql/checked-query.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import { readDate } from './spec-types.ts';

/** One question of a suite and what it must answer. */
export interface SpecCase {
  readonly title: string;
  readonly line: number;
  readonly query: string;
  readonly parameters: Parameters;
  /** The query must be refused with a message that this matches; the table is empty then. */
  readonly error: string | null;
  readonly warnings: readonly string[];
  readonly warningPatterns: readonly string[];
  readonly ignoresWarnings: boolean;
  readonly ignoresOrder: boolean;
  /** Rows outside of it, by `@timestamp` and both ends included, are not seen. */
  readonly range: TimeWindow | null;
  /** Header and rows as they are written. */
  readonly table: readonly string[];
  /** Why the case itself cannot be read, or null. */
  readonly fault: string | null;
}

type Draft = { -readonly [Key in keyof SpecCase]: SpecCase[Key] } & {
  warnings: string[];
  warningPatterns: string[];
  table: string[];
};

const isIgnored = (line: string): boolean => line === '' || line.startsWith('//') || line.startsWith('#');

/** What Elastic's own runner needs and this one does not. */
const DIRECTIVE =
  /^(?:(?:required|missing)_capability\w*|schema:?|approximate|dataset|pragma|request_stored|skip_flattened_rewrite|documents_found)\s*:/i;
const TIME_FILTER = /^request_time_filter\s*:\s*([^,]+),(.+)$/i;
const OPTION = /^(warning|warningregex|ignoreorder|ignorewarnings|params|error)\s*:\s*(.*)$/i;

// Columns may be called as options are.
const HEADER =
  /^\w+\s*:\s*(?:keyword|text|integer|long|double|boolean|date|datetime|date_nanos|ip|version|unsigned_long|null)\s*(?:\||$)/i;

const startCase = (title: string, line: number): Draft => ({
  title: title.split('#', 1)[0]?.trim() ?? title,
  line,
  query: '',
  parameters: [],
  error: null,
  warnings: [],
  warningPatterns: [],
  ignoresWarnings: false,
  ignoresOrder: false,
  range: null,
  table: [],
  fault: null,
});

const namedParameters = (given: unknown): Parameters => {
  if (!Array.isArray(given)) return given as Parameters;
  const list = given as readonly unknown[];
  const isNamed =
    list.length > 0 && list.every((one) => typeof one === 'object' && one !== null && !Array.isArray(one));
  return (isNamed ? Object.assign({}, ...list) : list) as Parameters;
};

const takeOption = (draft: Draft, name: string, value: string): void => {
  switch (name.toLowerCase()) {
    case 'warning':
      draft.warnings.push(value);
      break;
    case 'warningregex':
      draft.warningPatterns.push(value);
      break;
    case 'ignoreorder':
      draft.ignoresOrder = value.toLowerCase() === 'true';
      break;
    case 'ignorewarnings':
      draft.ignoresWarnings = value.toLowerCase() === 'true';
      break;
    case 'error':
      draft.error = value;
      break;
    default:
      try {
        draft.parameters = namedParameters(JSON.parse(value));
      } catch {
        draft.fault = `params are not JSON: ${value}`;
      }
  }
};

const takeTimeFilter = (draft: Draft, [line, from = '', to = '']: RegExpExecArray): void => {
  const [first, last] = [readDate(from.trim()), readDate(to.trim())];
  if (first === undefined || last === undefined) draft.fault = `not two times: ${line}`;
  else draft.range = { from: new Date(first), to: new Date(last + 1) };
};

/** A semicolon at the end of a line, unless a backslash stands before it. */
const endsQuery = (line: string): boolean => line.endsWith(';') && !line.endsWith(String.raw`\;`);

/**
 * The cases of a csv-spec file: a title, the query up to a semicolon at the end of a line, options,
 * the table, and a line that begins with a semicolon, which may be missing where an error is expected. What is cut off at the end is a case with a fault.
 */
export const readSuite = (text: string): readonly SpecCase[] => {
  const cases: SpecCase[] = [];
  let draft: Draft | undefined;
  let queryLines: string[] = [];
  let isInQuery = false;
  for (const [at, raw] of text
    .replace(/^\u{FEFF}/u, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    const line = raw.trim();
    if (isIgnored(line)) continue;
    if (!draft) {
      draft = startCase(line, at + 1);
      [queryLines, isInQuery] = [[], true];
    } else if (isInQuery) {
      if (DIRECTIVE.test(line)) continue;
      const filter = TIME_FILTER.exec(line);
      if (filter) {
        takeTimeFilter(draft, filter);
        continue;
      }
      isInQuery = !endsQuery(line);
      // As Elastic's runner joins them: each trimmed, without comments and empty ones.
      queryLines.push((isInQuery ? line : line.slice(0, -1).trim()).replaceAll(String.raw`\;`, ';'));
      draft.query = queryLines.join('\n').trimEnd();
    } else if (line.startsWith(';')) {
      cases.push(draft);
      draft = undefined;
    } else {
      const isBeforeTable = draft.table.length === 0;
      if (isBeforeTable && DIRECTIVE.test(line)) continue;
      const option = isBeforeTable && !HEADER.test(line) ? OPTION.exec(line) : null;
      if (option) takeOption(draft, option[1] ?? '', option[2] ?? '');
      else if (draft.error === null) draft.table.push(line);
      else {
        // Where there is no table, its end may be missing as well.
        cases.push(draft);
        draft = startCase(line, at + 1);
        [queryLines, isInQuery] = [[], true];
      }
    }
  }
  if (draft) cases.push(draft.error === null ? { ...draft, fault: 'the file ends within the case' } : draft);
  return cases;
};
