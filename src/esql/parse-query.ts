import type { ProcessingCommand, Query } from './ast.ts';
import { EsqlError, problemAt } from './errors.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type { EsqlLimits } from './limits.ts';
import { failAfterCommand, parseCommand, parseSource } from './parse/parse-command.ts';
import { createTokenReader, failAt, takeMark } from './parse/token-reader.ts';

/**
 * Reads ES|QL as Elastic's language reference describes it, without resolving names.
 * Throws EsqlError with the first problem of syntax, or the limit that the text exceeds.
 */
export const parseQuery = (text: string, limits: EsqlLimits = DEFAULT_LIMITS): Query => {
  if (text.length > limits.maxQueryLength) {
    const message = `Query has [${text.length}] characters, more than the limit of [${limits.maxQueryLength}]`;
    throw new EsqlError(text, [problemAt(text, { start: 0, end: 1 }, message)]);
  }
  const reader = createTokenReader(text, limits);
  const source = parseSource(reader);
  const commands: ProcessingCommand[] = [];
  while (takeMark(reader, '|')) {
    if (commands.length + 1 >= limits.maxCommands)
      failAt(
        reader,
        reader.peek().span,
        `Query has more than [${limits.maxCommands}] commands, the limit of one query`,
      );
    commands.push(parseCommand(reader));
  }
  if (reader.peek().kind !== 'end') failAfterCommand(reader);
  return { source, commands, span: { start: source.span.start, end: reader.lastEnd() } };
};
