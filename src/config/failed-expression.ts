import { checkQuery } from '#esql/check-query.ts';
import { EsqlError } from '#esql/errors.ts';
import type { Schema } from '#esql/schema.ts';
import { TELEMETRY_SCHEMA } from '#ports/telemetry-schema.ts';

/**
 * What is wrong with a condition on rows of `logs`, in a sentence; null if it can stand in a
 * query. Attributes are not known before rows bring them along, so any is taken as a keyword.
 */
export const refuseCondition = (expression: string): string | null => {
  // On lines of its own, between brackets: a comment in it ends there, and it cannot add a command.
  const query = `FROM logs | WHERE (\n${expression}\n) | LIMIT 1`;
  try {
    checkQuery(query, { schema: schemaWithAttributes(expression) });
    return null;
  } catch (error) {
    if (!(error instanceof EsqlError)) throw error;
    return error.problems
      .map(({ message, line, column }) => `${message} (line ${Math.max(1, line - 1)}, column ${column})`)
      .join('; ');
  }
};

const schemaWithAttributes = (expression: string): Schema => {
  const attributes = expression.match(/\battributes\.[\w.]*\w/g) ?? [];
  const fields = new Map([
    ...TELEMETRY_SCHEMA.logs.fields,
    ...attributes.map((name): [string, 'keyword'] => [name, 'keyword']),
  ]);
  return new Map([['logs', { fields, isLookup: false }]]);
};
