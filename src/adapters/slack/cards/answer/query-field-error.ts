import type { EsqlProblem } from '#esql/errors.ts';
import { cutAtWord, toOneLine } from '../text.ts';

const EITHER_SIDE = 16;
const MESSAGE_LIMIT = 300;

/**
 * Under a field of a modal, in one line and not in monospace: the place, the problem, and the text around it with
 * a caret before what is wrong.
 */
export const fieldError = (text: string, { message, line, column }: EsqlProblem): string => {
  const points = [...(text.split(/\r\n|\r|\n/u)[line - 1] ?? '')];
  const at = Math.min(column - 1, points.length);
  const from = Math.max(0, at - EITHER_SIDE);
  const to = Math.min(points.length, at + EITHER_SIDE);
  const around = `${from > 0 ? '…' : ''}${points.slice(from, at).join('')}‸${points.slice(at, to).join('')}${to < points.length ? '…' : ''}`;
  return `Line ${line}, column ${column}: ${cutAtWord(toOneLine(message), MESSAGE_LIMIT)} (${toOneLine(around)})`;
};
