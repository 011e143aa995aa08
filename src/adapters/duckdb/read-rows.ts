import { setImmediate as nextTurn } from 'node:timers/promises';
import { type DuckDBConnection, DuckDBListValue, DuckDBListVector, type DuckDBValue } from '@duckdb/node-api';
import { answerTooLarge } from '#ports/telemetry-rules/answer-too-large.ts';

export interface ReadRowsLimits {
  /** Looked at between two turns of the event loop; ending a statement that runs is the caller's. */
  readonly stopped: AbortSignal;
  /** Of all values together, as they lie in memory; null: unlimited. */
  readonly maxBytes: number | null;
}

// What any value, and any member of a list, costs beside its text.
const VALUE_BYTES = 32;
// Reading this much takes a few milliseconds, which is as long as the event loop may stand still.
const BYTES_A_TURN = 500_000;

/**
 * Runs a statement and reads its rows chunk by chunk, with turns of the event loop in between. Throws AppError
 * `limit-exceeded` where they are larger than the limit, and reads no list that alone is larger.
 */
export const readRows = async (
  connection: DuckDBConnection,
  sql: string,
  parameters: DuckDBValue[],
  { stopped, maxBytes }: ReadRowsLimits,
): Promise<DuckDBValue[][]> => {
  const rows: DuckDBValue[][] = [];
  const most = maxBytes ?? Number.POSITIVE_INFINITY;
  let bytes = 0;
  let turnEndsAt = BYTES_A_TURN;
  for await (const chunk of await connection.stream(sql, parameters)) {
    const lists = Array.from({ length: chunk.columnCount }, (_, column) => chunk.getColumnVector(column)).filter(
      (vector) => vector instanceof DuckDBListVector,
    );
    for (let row = 0; row < chunk.rowCount; row += 1) {
      const members = lists.reduce((sum, vector) => sum + (vector.getItemVector(row)?.itemCount ?? 0), 0);
      if (bytes + members * VALUE_BYTES > most) throw answerTooLarge(most);
      const values = chunk.getRowValues(row);
      for (const value of values) bytes += bytesOf(value);
      if (bytes > most) throw answerTooLarge(most);
      rows.push(values);
      if (bytes < turnEndsAt) continue;
      turnEndsAt = bytes + BYTES_A_TURN;
      await nextTurn();
      stopped.throwIfAborted();
    }
  }
  return rows;
};

const bytesOf = (value: DuckDBValue): number => {
  if (value instanceof DuckDBListValue) return value.items.reduce<number>((sum, member) => sum + bytesOf(member), 0);
  return VALUE_BYTES + (typeof value === 'string' ? value.length : 0);
};
