import type { ProcessingCommand, Query } from '#esql/ast.ts';
import { parseQuery } from '#esql/parse-query.ts';
import { servicesCondition } from './english/read-service.ts';

const OF_SERVICES: ReadonlySet<string> = new Set(['logs', 'spans']);
// Elsewhere a name only says what is shown, or in which order.
const DECIDING: ReadonlySet<ProcessingCommand['kind']> = new Set(['where', 'eval', 'stats', 'inline-stats', 'rename']);

/**
 * The query about these services, where by itself it is about no service: as the grammar has it, metrics are left
 * as they are, and what names a trace or has to do with `service.name`. Null: left as it is.
 */
export const meanServices = (query: Query, services: readonly string[]): Query | null => {
  if (services.length === 0 || isAboutServices(query)) return null;
  const { commands } = parseQuery(`FROM logs | WHERE ${servicesCondition(services)}`);
  return { ...query, commands: [...commands, ...query.commands] };
};

const isAboutServices = ({ source, commands }: Query): boolean =>
  source.kind !== 'from' ||
  source.indices.some(({ pattern }) => !OF_SERVICES.has(pattern)) ||
  commands.some(
    (command) =>
      (DECIDING.has(command.kind) && mentions(command, 'service.name')) ||
      (command.kind === 'where' && mentions(command.condition, 'trace.id')),
  );

/** By a column, or in the text of a search like KQL. That it is there or not says nothing of which one. */
const mentions = (node: unknown, name: string): boolean => {
  if (typeof node === 'string') return node.includes(name);
  if (typeof node !== 'object' || node === null) return false;
  if ('kind' in node && node.kind === 'is-null') return false;
  return Object.values(node).some((inner) => mentions(inner, name));
};
