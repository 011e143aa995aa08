const CHANGING = 'delete|drop|truncate|remove|erase|wipe|purge|update|insert|alter';
const STORED = 'logs?|spans?|metrics?|index|indices|data|telemetry|everything|tables?';
// "delete all logs", "DELETE FROM logs", "drop the indices"; "DELETE requests slower than 2 s" is a question.
const CHANGE = new RegExp(
  String.raw`(?:^|;)\s*(?:(?:and|then|please|now)\s+)*(?:${CHANGING})\s+(?:[\w'*]+\s+){0,3}?(?:${STORED})\b`,
  'iu',
);
// Further on only an order speaks so of what is stored: "and delete the index", but "and delete index failures".
const FURTHER_CHANGE = new RegExp(
  String.raw`(?:,|\b(?:and|then)\b)\s*(?:(?:and|then|please|now)\s+)*(?:${CHANGING})\s+(?:(?:all|every|the|my|our|your|its|these|those|this|that|any|from|into)\s+(?:[\w'*]+\s+){0,2}?(?:${STORED})|everything)\b`,
  'iu',
);
const SQL = /^\s*select\s[^]*\sfrom\s/iu;
const QUOTED = /"[^"]*"|“[^”]*”/gu;
// A question is no longer than this, and a pattern needs no more to be tried on.
const READ = 1_000;

export type NoQuestion = 'change' | 'sql';

/** What must not be guessed at: an order to change what is stored, or a query in SQL. Null for anything else. */
export const findNoQuestion = (text: string): NoQuestion | null => {
  // What is quoted is looked for.
  const said = text.slice(0, READ).replaceAll(QUOTED, '""');
  if (CHANGE.test(said) || FURTHER_CHANGE.test(said)) return 'change';
  return SQL.test(text) ? 'sql' : null;
};
