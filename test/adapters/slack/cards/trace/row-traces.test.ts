import { describe, expect, it } from 'vitest';
import { rowTraces } from '#adapters/slack/cards/trace/row-traces.ts';
import type { QueryValue } from '#ports/telemetry-store.ts';
import { checkMessage } from '../../../../support/strict-slack/check-message.ts';

const COLUMNS = [
  { name: 'message', type: 'text' as const },
  { name: 'trace.id', type: 'keyword' as const },
];
const idOf = (n: number): string => String(n).padStart(32, '0');

const choices = (ids: readonly QueryValue[], shown = ids.length, from = 0): readonly string[] => {
  const rows = [...Array.from({ length: from }, () => ['before', null]), ...ids.map((id) => ['hello', id])];
  const entries = Array.from({ length: shown }, (_, row) => ({ row, time: null }));
  const blocks = rowTraces({ columns: COLUMNS, rows }, entries, from);
  if (blocks.length > 0) expect(checkMessage({ text: 'x', blocks })).toEqual([]);
  return blocks.flatMap((block) =>
    block.type === 'actions'
      ? block.elements.flatMap((element) =>
          element.type === 'static_select'
            ? (element.options ?? []).map(({ text, value }) => `${text.text} ${Number(value ?? '')}`)
            : [],
        )
      : [],
  );
};

describe('the traces of an answer', () => {
  it('are those of the shown rows, each once', () => {
    expect(choices([1, 2, 2, 3, 4, 5, 6].map(idOf))).toEqual([
      'Row 1 1',
      'Row 2 2',
      'Row 4 3',
      'Row 5 4',
      'Row 6 5',
      'Row 7 6',
    ]);
    expect(choices([1, 2, 3].map(idOf), 2, 10)).toEqual(['Row 11 1', 'Row 12 2']);
  });

  it('are none where no row has one', () => {
    expect(choices([null, '', 'x'.repeat(151)])).toEqual([]);
    expect(rowTraces({ columns: COLUMNS.slice(0, 1), rows: [['hello']] }, [{ row: 0, time: null }], 0)).toEqual([]);
  });
});
