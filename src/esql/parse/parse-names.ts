import type { Name, NamePattern, ParameterKey, ParameterName, PlainName } from '../ast.ts';
import type { Token } from './read-token.ts';
import { failAt, failExpecting, isMark, takeMark } from './token-reader.ts';
import type { TokenReader } from './token-reader.ts';

/** Words that need backquotes as names inside expressions. */
export const RESERVED_WORDS: ReadonlySet<string> = new Set(
  'and asc by desc false first in is last like not null nulls or rlike true where'.split(' '),
);

export const readParameterKey = (
  reader: TokenReader,
  token: Token & { kind: 'parameter' | 'name-parameter' },
): ParameterKey => token.key ?? { style: 'anonymous', index: reader.nextAnonymousIndex() };

export const readNameParameter = (reader: TokenReader): ParameterName | undefined => {
  const token = reader.peek();
  if (token.kind !== 'name-parameter') return undefined;
  reader.next();
  return { kind: 'parameter-name', key: readParameterKey(reader, token), span: token.span };
};

const readPart = (reader: TokenReader, allowsReserved: boolean): string => {
  const token = reader.peek();
  if (token.kind === 'quoted-identifier') {
    reader.next();
    return token.text;
  }
  if (token.kind !== 'identifier') return failExpecting(reader, 'a name');
  if (!allowsReserved && RESERVED_WORDS.has(token.text.toLowerCase()))
    return failAt(reader, token.span, `[${token.text}] is a reserved word; as a name it stands in backticks`);
  reader.next();
  return token.text;
};

/** A column name: parts joined by dots, each plain or in backquotes; or `??name`. */
export const parseName = (reader: TokenReader, options?: { readonly allowsReserved: boolean }): Name => {
  const parameter = readNameParameter(reader);
  if (parameter) return parameter;
  const start = reader.peek().span.start;
  const parts = [readPart(reader, options?.allowsReserved ?? false)];
  while (takeMark(reader, '.')) parts.push(readPart(reader, options?.allowsReserved ?? false));
  return { kind: 'name', name: parts.join('.'), span: { start, end: reader.lastEnd() } } satisfies PlainName;
};

/** A name of KEEP or DROP, in which an unquoted `*` stands for any run of characters. */
export const parseNamePattern = (reader: TokenReader): NamePattern | ParameterName => {
  const parameter = readNameParameter(reader);
  if (parameter) return parameter;
  const start = reader.peek().span.start;
  const parts = [''];
  let isEmpty = true;
  for (;;) {
    const token = reader.peek();
    if (!isEmpty && token.span.start !== reader.lastEnd()) break;
    if (isMark(reader, '*')) parts.push('');
    else if (token.kind === 'quoted-identifier') parts.push(`${parts.pop()}${token.text}`);
    else if (token.kind === 'identifier' || ((token.kind === 'integer' || token.kind === 'decimal') && !isEmpty))
      parts.push(`${parts.pop()}${token.text}`);
    else if (isMark(reader, '.') && !isEmpty) parts.push(`${parts.pop()}.`);
    else break;
    isEmpty = false;
    reader.next();
  }
  if (isEmpty) return failExpecting(reader, 'a name or a pattern');
  const span = { start, end: reader.lastEnd() };
  if (parts.at(-1)?.endsWith('.') && !reader.text.slice(start, span.end).endsWith('`'))
    return failAt(reader, span, 'a name cannot end with a dot');
  return {
    kind: 'pattern',
    parts: parts.filter((part, at) => !(part === '' && at > 0 && at < parts.length - 1)),
    span,
  };
};
