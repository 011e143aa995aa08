import type { ProcessingCommand, Query } from '#esql/ast.ts';
import { checkQuery } from '#esql/check-query.ts';
import { EsqlError } from '#esql/errors.ts';
import { parseQuery } from '#esql/parse-query.ts';
import { printQuery } from '#esql/print-query.ts';
import type { Schema } from '#esql/schema.ts';
import type { MeantQuery } from './english/meant-query.ts';
import { servicesCondition } from './english/read-service.ts';

const OF_SERVICES: ReadonlySet<string> = new Set(['logs', 'spans']);
const OF_ANY: ReadonlySet<string> = new Set([...OF_SERVICES, 'metrics']);
// Elsewhere a name only says what is shown, or in which order.
const DECIDING: ReadonlySet<ProcessingCommand['kind']> = new Set(['where', 'eval', 'stats', 'inline-stats', 'rename']);

/**
 * The query about these services, where by itself it is about no service: as the grammar has it, metrics are left
 * as they are, and what names a trace or has to do with `service.name`. Throws EsqlError where it would not run.
 */
export const meanServices = (text: string, schema: Schema, services: readonly string[]): MeantQuery => {
  const { ast } = checkQuery(text, { schema });
  const queryOfAll = printQuery(ast);
  if (services.length === 0 || isAboutServices(ast)) return { query: queryOfAll, added: null };
  const { commands } = parseQuery(`FROM logs | WHERE ${servicesCondition(services)}`);
  const query = printQuery({ ...ast, commands: [...commands, ...ast.commands] });
  // What is added must run as well, whatever the query makes of the rows.
  checkQuery(query, { schema });
  return { query, added: { names: services, queryOfAll } };
};

/** Whether rows of any service are read: no condition tells them apart. False of what is no query. */
export const readsAllServices = (text: string): boolean => {
  try {
    const { source, commands } = parseQuery(text);
    return isOf(source, OF_ANY) && !commands.some((command) => DECIDING.has(command.kind) && tellsApart(command));
  } catch (error) {
    if (error instanceof EsqlError) return false;
    throw error;
  }
};

const isOf = (source: Query['source'], indices: ReadonlySet<string>): boolean =>
  source.kind === 'from' && source.indices.every(({ pattern }) => indices.has(pattern));

const isAboutServices = ({ source, commands }: Query): boolean =>
  !isOf(source, OF_SERVICES) ||
  commands.some(
    (command) =>
      (DECIDING.has(command.kind) && mentions(command, 'service.name')) ||
      (command.kind === 'where' && mentions(command.condition, 'trace.id')),
  );

/** A condition on the service, on its trace, or on what was made of its name. */
const tellsApart = (command: ProcessingCommand): boolean => {
  if (command.kind === 'inline-stats') return false;
  if (command.kind !== 'stats') return mentions(command, 'service.name') || mentions(command, 'trace.id');
  return command.aggregates.length > 0 && command.aggregates.every(({ filter }) => mentions(filter, 'service.name'));
};

/** By a column, or in the text of a search like KQL. That it is there or not says nothing of which one. */
const mentions = (node: unknown, name: string): boolean => {
  if (typeof node === 'string') return node.includes(name);
  if (typeof node !== 'object' || node === null) return false;
  if ('kind' in node && node.kind === 'is-null') return false;
  return Object.values(node).some((inner) => mentions(inner, name));
};
