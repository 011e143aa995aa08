import { type AnswerColumn, NO_VALUE } from './answer-cells.ts';
import { fitsUncut, gridLines } from './answer-grid.ts';
import type { Profile } from './answer-profiles.ts';
import { CODE_COLUMNS } from './query-text.ts';
import { cutInMiddle, lengthOf, wrapText } from '../text.ts';

/** Lines of an answer that is no table; a phone shows about as many. */
const LINES = 30;
/** What is shown of every row may take more. */
const MOST_LINES = 40;
/** An entry fewer would cost the rows of all that come after it. */
const MOST_FOLDED_LINES = 64;
/** As many are chosen by hand, so that all of them are shown, of fewer rows. */
export const CHOSEN_COLUMNS = 6;
const LEAST_ROWS = 3;
const LEAST_HEAD = 2;
const VALUE_LINES = 3;
const NAME_LIMIT = 24;
const INDENT = '  ';
const WRAPPED = CODE_COLUMNS - INDENT.length;
const PAIR = WRAPPED - INDENT.length;

export interface AnswerLines {
  readonly lines: readonly string[];
  readonly shownRows: number;
  readonly shownColumns: number;
  /** Of the columns, those that matter most first. */
  readonly names: readonly string[];
}

interface ProfileLines extends AnswerLines {
  /** Columns that were named and have no value in any row. */
  readonly empty: readonly string[];
}

export interface ProfileOptions {
  /** Somebody named the columns, so that all of them are shown. */
  readonly isChosen: boolean;
  /** The query sorts or filters by them: their values belong to the first line. */
  readonly asked: readonly string[];
  /** Named by the query, so that they are not left out in silence. */
  readonly kept: readonly string[];
  /** Below the head of each row; empty: nothing. */
  readonly notes: readonly string[];
  /** Of the rows that each stands for: the columns in which they differ. */
  readonly differing: readonly (readonly string[])[];
}

/** Whole rows: time, service and level in a line, the message below it, and more as far as there is room. */
export const profileLines = (
  columns: readonly AnswerColumn[],
  profile: Profile,
  { isChosen, asked, kept, notes, differing }: ProfileOptions,
): ProfileLines => {
  const named = (names: readonly string[]): readonly AnswerColumn[] =>
    names.flatMap((name) => columns.find((column) => column.name === name) ?? []);
  const [text] = profile.text === null ? [] : named([profile.text]);
  const known = new Set([...profile.head, profile.text]);
  const askedFor = named([...new Set(asked)].filter((name) => !known.has(name)));
  const [time, ...ofHead] = named(profile.head);
  const wanted = [...(time === undefined ? [] : [time]), ...askedFor.filter((each) => !isEmpty(each)), ...ofHead];
  // What somebody chose or asked for moves below rather than be cut.
  const head = isChosen || askedFor.length > 0 ? asFit(wanted) : wanted;
  const others = columns.filter((column) => !head.includes(column) && column !== text);
  const moved = wanted.filter((column) => !head.includes(column) && !isEmpty(column));
  const first = [
    ...moved,
    ...named(profile.first).filter((column) => others.includes(column) && !moved.includes(column)),
  ];
  const rest = [...first, ...others.filter((column) => !first.includes(column))];
  const room = LINES - headBlocks(head, text, notes).blocks.flat().length;
  const chosen = isChosen
    ? rest.filter((column) => !isEmpty(column))
    : [...moved, ...asManyAs(rest.slice(moved.length), notes.length, room - linesOf(moved, notes.length))];
  const hidden = first.filter((column) => !chosen.includes(column));
  const { names, blocks: heads } = headBlocks(
    head,
    text,
    notes.map((note, row) => withSpreads(note, hidden, differing[row] ?? [], row)),
  );
  const blocks = heads.map((lines, row) => [
    ...lines,
    ...chosen.flatMap((column) => {
      const { name, label, isNumber, cells } = column;
      const value = cells[row] ?? null;
      // How many hosts or spans they have says little; their values are in the CSV.
      const isIdle = !isChosen && !first.includes(column) && differing[row]?.includes(name) === true && !isNumber;
      return value === null || isIdle ? [] : pairLines(label, value).map((pair) => `${INDENT}${pair}`);
    }),
  ]);
  return {
    ...takeRows([names], blocks, notes.some((note) => note !== '') ? MOST_FOLDED_LINES : MOST_LINES),
    // What has no value in any row is not hidden.
    shownColumns: head.length + (text === undefined ? 0 : 1) + chosen.length + rest.filter(isEmpty).length,
    names: [...head, ...(text === undefined ? [] : [text])].map(({ name }) => name),
    empty: rest.filter((each) => isEmpty(each) && [...asked, ...kept].includes(each.name)).map(({ name }) => name),
  };
};

/** How far the rows of an entry are apart in what is not shown of them. */
const withSpreads = (
  note: string,
  hidden: readonly AnswerColumn[],
  differing: readonly string[],
  row: number,
): string => {
  const spreads = hidden
    .filter(({ name }) => differing.includes(name))
    .map(({ label, cells }) => `${cutInMiddle(label, NAME_LIMIT)} ${cells[row] ?? NO_VALUE}`);
  return [note, ...spreads].join(', ');
};

interface HeadBlocks {
  readonly names: string;
  readonly blocks: readonly (readonly string[])[];
}

/** A time alone leaves room for the text beside it. */
const headBlocks = (
  head: readonly AnswerColumn[],
  text: AnswerColumn | undefined,
  notes: readonly string[],
): HeadBlocks => {
  const noteLines = (row: number): readonly string[] => {
    const note = notes[row] ?? '';
    return note === '' ? [] : wrapText(note, WRAPPED).map((line) => `${INDENT}${line}`);
  };
  const [only, second] = head;
  if (only !== undefined && second === undefined && text !== undefined) {
    const width = Math.max(...only.cells.map((cell) => lengthOf(cell ?? NO_VALUE)));
    const blocks = only.cells.map((cell, row) => {
      const value = cell ?? NO_VALUE;
      const said = `${only.isNumber ? value.padStart(width) : value}${INDENT}${cutInMiddle(text.cells[row] ?? NO_VALUE, VALUE_LINES * WRAPPED)}`;
      const [line = '', ...further] = wrapText(said, CODE_COLUMNS);
      const below = wrapText(further.join(' '), WRAPPED).filter((each) => each !== '');
      return [line, ...below.map((each) => `${INDENT}${each}`), ...noteLines(row)];
    });
    return { names: only.isNumber ? only.label.padStart(width) : only.label, blocks };
  }
  const [names = '', ...lines] = gridLines(head);
  const blocks = lines.map((line, row) => [
    line,
    ...(text === undefined ? [] : indented(text.cells[row] ?? NO_VALUE)),
    ...noteLines(row),
  ]);
  return { names, blocks };
};

/** The first rows, as far as there is room for them. */
const takeRows = (
  names: readonly string[],
  blocks: readonly (readonly string[])[],
  mostLines = MOST_LINES,
): Pick<AnswerLines, 'lines' | 'shownRows'> => {
  const lines = [...names];
  let shownRows = 0;
  for (const block of blocks) {
    if (shownRows >= LEAST_ROWS && lines.length + block.length > mostLines) break;
    lines.push(...block);
    shownRows += 1;
  }
  return { lines, shownRows };
};

/** As many columns as fit uncut in a line. */
const asFit = (columns: readonly AnswerColumn[]): readonly AnswerColumn[] =>
  columns.reduce<readonly AnswerColumn[]>(
    (fitting, column) => (fitsUncut([...fitting, column]) ? [...fitting, column] : fitting),
    [],
  );

const isEmpty = ({ cells }: AnswerColumn): boolean => cells.every((cell) => cell === null);

/** The first columns whose values all fit into so many lines. */
const asManyAs = (columns: readonly AnswerColumn[], rows: number, room: number): readonly AnswerColumn[] => {
  const chosen: AnswerColumn[] = [];
  let left = room;
  for (const column of columns) {
    if (isEmpty(column)) continue;
    left -= linesOf([column], rows);
    if (left < 0) break;
    chosen.push(column);
  }
  return chosen;
};

const linesOf = (columns: readonly AnswerColumn[], rows: number): number =>
  columns
    .flatMap(({ label, cells }) =>
      cells.slice(0, rows).map((value) => (value === null ? 0 : pairLines(label, value).length)),
    )
    .reduce((total, count) => total + count, 0);

/**
 * As many columns as fit uncut in a line, and the others below it as `key: value`, so that no key of a group
 * is lost; fewer rows where there are many such lines.
 */
export const pairBlocks = (columns: readonly AnswerColumn[]): AnswerLines => {
  const fitting = asFit(columns);
  const [text, second] = columns.filter((column) => !fitting.includes(column));
  if (fitting.length > 0 && text !== undefined && second === undefined && !text.isNumber)
    return { ...textBlocks(fitting, text), names: columns.map(({ name }) => name) };
  const head = fitting.length < LEAST_HEAD ? [] : fitting;
  const others = columns.filter((column) => !head.includes(column));
  const [names, ...heads] = head.length === 0 ? [] : gridLines(head);
  const rows = columns[0]?.cells.length ?? 0;
  const blocks = Array.from({ length: rows }, (_, row) => {
    const pairs = others.flatMap(({ label, cells }) => pairLines(label, cells[row] ?? NO_VALUE));
    const line = heads[row];
    if (line === undefined) return row === 0 ? pairs : ['', ...pairs];
    return [line, ...pairs.map((pair) => `${INDENT}${pair}`)];
  });
  return {
    ...takeRows(names === undefined ? [] : [names], blocks),
    shownColumns: columns.length,
    names: columns.map(({ name }) => name),
  };
};

/** An only text says what it is by standing there; its name is told once. */
const textBlocks = (head: readonly AnswerColumn[], text: AnswerColumn): Omit<AnswerLines, 'names'> => {
  const { names, blocks } = headBlocks(head, text, []);
  const both = `${names}${INDENT}${text.label}`;
  return {
    ...takeRows([lengthOf(both) <= CODE_COLUMNS ? both : names], blocks),
    shownColumns: head.length + 1,
  };
};

const indented = (text: string): readonly string[] =>
  wrapText(cutInMiddle(text, VALUE_LINES * WRAPPED), WRAPPED).map((line) => `${INDENT}${line}`);

/** Ready to be indented as a whole. */
const pairLines = (name: string, value: string): readonly string[] => {
  const key = `${cutInMiddle(name, NAME_LIMIT)}: `;
  // An id in two halves cannot be copied.
  const isWord = !value.includes(' ') && lengthOf(value) <= PAIR && lengthOf(key) + lengthOf(value) > PAIR;
  if (isWord) return [key.trimEnd(), `${INDENT}${value}`];
  const [first = '', ...rest] = wrapText(`${key}${cutInMiddle(value, VALUE_LINES * PAIR - lengthOf(key))}`, PAIR);
  return [first, ...rest.map((line) => `${INDENT}${line}`)];
};
