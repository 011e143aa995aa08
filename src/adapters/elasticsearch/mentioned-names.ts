import type { NamePattern, PlainName, Query } from '#esql/ast.ts';
import { fitsParts } from '#kernel/globs.ts';

type Mention = PlainName | NamePattern;

const isMention = (node: object): node is Mention =>
  'kind' in node && ((node.kind === 'name' && 'name' in node) || (node.kind === 'pattern' && 'parts' in node));

const collect = (node: unknown, found: Mention[]): void => {
  if (typeof node !== 'object' || node === null) return;
  if (isMention(node)) found.push(node);
  for (const part of Object.values(node)) collect(part, found);
};

/** Whether the query speaks of a column: by its name, or by a pattern of KEEP or DROP that it fits. */
export const mentionedNames = (query: Query): ((name: string) => boolean) => {
  const found: Mention[] = [];
  collect(query, found);
  const names = new Set(found.flatMap((mention) => (mention.kind === 'name' ? [mention.name] : [])));
  const patterns = found.flatMap((mention) => (mention.kind === 'pattern' ? [mention.parts] : []));
  return (name) => names.has(name) || patterns.some((parts) => fitsParts(parts, name));
};
