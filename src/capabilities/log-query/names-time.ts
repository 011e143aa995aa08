import type { Query } from '#esql/ast.ts';

/** Whether a WHERE of the query speaks of `@timestamp`, so that it says itself which time it means. */
export const namesTime = (query: Query): boolean =>
  query.commands.some((command) => command.kind === 'where' && mentionsTimestamp(command.condition));

const mentionsTimestamp = (node: unknown): boolean => {
  if (typeof node !== 'object' || node === null) return false;
  if ('kind' in node && node.kind === 'name' && 'name' in node && node.name === '@timestamp') return true;
  return Object.values(node).some(mentionsTimestamp);
};
