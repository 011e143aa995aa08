import { addMs } from '#kernel/duration.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import { isTimeZone } from '#kernel/zoned-time.ts';
import type { TimeGround } from './english/read-point.ts';
import { readSpan } from './english/read-span.ts';
import { readTime } from './english/read-time.ts';
import { readWords, type Word } from './english/read-words.ts';

export interface SplitTime {
  /** What stands before the time. */
  readonly rest: string;
  /** Null: none is named. */
  readonly range: TimeWindow | null;
}

/** Reads a time at the end of a text by the grammar of questions: "gateway since 09:00", "gateway 30m". */
export const splitTime = (text: string, { now, timeZone }: TimeGround): SplitTime => {
  const ground = { now, timeZone: isTimeZone(timeZone) ? timeZone : 'UTC' };
  const words = readWords(text);
  for (let at = 0; at < words.length; at += 1) {
    const found = readTime(words, at, ground) ?? bareSpan(words, at, now);
    if (found === null || at + found.used !== words.length) continue;
    const rest = words.slice(0, at).map(({ typed }) => typed);
    return { rest: rest.join(' '), range: found.from < found.to ? { from: found.from, to: found.to } : null };
  }
  return { rest: text.trim().replace(/^["'`]+|["'`]+$/gu, ''), range: null };
};

/** "30m", but not a unit alone, which may be a name. */
const bareSpan = (words: readonly Word[], at: number, now: Date): (TimeWindow & { readonly used: number }) | null => {
  const span = /^\d/u.test(words[at]?.text ?? '') ? readSpan(words, at) : null;
  return span === null ? null : { from: addMs(now, -span.ms), to: now, used: span.used };
};
