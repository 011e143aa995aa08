// "delete all logs", "DELETE FROM logs", "drop the indices"; "DELETE requests slower than 2 s" is a question.
const CHANGE =
  /^\s*(?:please\s+)?(?:delete|drop|truncate|remove|erase|wipe|purge|update|insert|alter)\s+(?:[\w'*]+\s+){0,3}?(?:logs?|spans?|metrics?|index|indices|data|telemetry|everything|tables?)\b/iu;
const SQL = /^\s*select\s[^]*\sfrom\s/iu;

export type NoQuestion = 'change' | 'sql';

/** What must not be guessed at: an order to change what is stored, or a query in SQL. Null for anything else. */
export const findNoQuestion = (text: string): NoQuestion | null =>
  CHANGE.test(text) ? 'change' : SQL.test(text) ? 'sql' : null;
