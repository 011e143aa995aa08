const QUOTED = /\\Q([^]*?)(?:\\E|$)/g;
const LEADING_FLAGS = /^\(\?([imsu]+)\)/;

/** A regular expression as suites write it, which is Java's; a text that is none stands for itself. */
export const toPattern = (source: string): RegExp => {
  const [, flags = ''] = LEADING_FLAGS.exec(source) ?? [];
  const written = source
    .replace(LEADING_FLAGS, '')
    .replaceAll(QUOTED, (_, text: string) => RegExp.escape(text))
    .replaceAll(/(?<!\\)([*+?}])\+/g, '$1');
  try {
    return new RegExp(written, [...new Set(`s${flags}`)].join(''));
  } catch {
    return new RegExp(RegExp.escape(source), 's');
  }
};
