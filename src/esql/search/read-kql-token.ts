export type KqlToken =
  | {
      readonly kind: 'word';
      readonly text: string;
      readonly pattern: string;
      readonly isPattern: boolean;
      readonly isBare: boolean;
    }
  | { readonly kind: 'quoted'; readonly text: string }
  | { readonly kind: 'mark'; readonly mark: '(' | ')' | '{' | '}' | ':' | '<' | '<=' | '>' | '>=' }
  | { readonly kind: 'end' }
  | { readonly kind: 'unknown'; readonly problem: string };

const SPACE = /[ \t\r\n\u3000\u00a0]+/y;
const MARK = /<=|>=|[(){}:<>]/y;
const QUOTED = /"((?:[^"\\]|\\[^])*)"/y;
const WORD = /(?:\\u[0-9a-fA-F]{4}|\\[^]|[^\s\\():<>"{}])+/y;

const ESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

const unescape = (text: string, keep: (character: string) => string): string =>
  text.replaceAll(/\\u([0-9a-fA-F]{4})|\\([^])/g, (_, code: string | undefined, character: string) =>
    code === undefined ? keep(ESCAPED[character] ?? character) : keep(String.fromCharCode(Number.parseInt(code, 16))),
  );

const matchAt = (pattern: RegExp, text: string, offset: number): RegExpExecArray | null => {
  pattern.lastIndex = offset;
  return pattern.exec(text);
};

const MARKS = ['(', ')', '{', '}', ':', '<', '<=', '>', '>='] as const;

/** The tokens of a KQL text. A word's `pattern` keeps a backslash before what is no wildcard. */
export const readKqlTokens = (text: string): readonly KqlToken[] => {
  const tokens: KqlToken[] = [];
  let offset = 0;
  for (;;) {
    offset += matchAt(SPACE, text, offset)?.[0].length ?? 0;
    if (offset >= text.length) return [...tokens, { kind: 'end' }];
    const mark = MARKS.find((candidate) => candidate === matchAt(MARK, text, offset)?.[0]);
    const quoted = matchAt(QUOTED, text, offset);
    const word = matchAt(WORD, text, offset);
    if (mark) tokens.push({ kind: 'mark', mark });
    else if (quoted) tokens.push({ kind: 'quoted', text: unescape(quoted[1] ?? '', (character) => character) });
    else if (word) {
      const bare = word[0].replaceAll(/\\[^]/g, '');
      tokens.push({
        kind: 'word',
        text: unescape(word[0], (character) => character),
        pattern: unescape(word[0].replaceAll('?', '\\?'), (character) =>
          '*?\\'.includes(character) ? `\\${character}` : character,
        ),
        isPattern: bare.includes('*'),
        isBare: !word[0].includes('\\'),
      });
    } else {
      const problem = text[offset] === '"' ? 'a quotation mark is not closed' : 'it ends with a lone backslash';
      return [...tokens, { kind: 'unknown', problem }, { kind: 'end' }];
    }
    offset += (mark ?? quoted?.[0] ?? word?.[0] ?? ' ').length;
  }
};
