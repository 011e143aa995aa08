import type { QueryAnswer } from '#ports/telemetry-store.ts';
import type { AnswerTable } from '../answer/answer-table.ts';
import { actions, type CardBlock, type Choice, select } from '../blocks.ts';

// Slack's limit of a choice's value.
const LONGEST_ID = 150;

/** The traces of the entries shown of an answer, where it has a column of their ids. Entries count from `firstRow`, from 0. */
export const rowTraces = (
  { columns, rows }: Pick<QueryAnswer, 'columns' | 'rows'>,
  entries: AnswerTable['entries'],
  firstRow: number,
): readonly CardBlock[] => {
  const at = columns.findIndex(({ name }) => name === 'trace.id');
  if (at === -1) return [];
  const seen = new Set<unknown>();
  const choices = entries.flatMap(({ row, time }): readonly Choice[] => {
    const id = rows[firstRow + row]?.[at];
    if (typeof id !== 'string' || id === '' || id.length > LONGEST_ID || seen.has(id)) return [];
    seen.add(id);
    return [{ label: `Row ${firstRow + row + 1}${time === null ? '' : `, ${time}`}`, value: id }];
  });
  return choices.length === 0 ? [] : [actions(select('Trace of a row', 'trace.show', choices))];
};
