import { expect, it } from 'vitest';
import { createProgress } from '#replay/progress.ts';

const runFor = (isTTY: boolean, seconds: number): string => {
  let nowMs = 0;
  let written = '';
  const out = { isTTY, write: (text: string) => ((written += text), true) };
  const progress = createProgress(out, () => nowMs);
  for (; nowMs <= seconds * 1000; nowMs += 50) progress.show('reading', nowMs / (seconds * 1000), `${nowMs} ms`);
  progress.end();
  return written;
};

it('is one line that is rewritten on a terminal, and goes at the end', () => {
  const written = runFor(true, 1);
  expect(written).toContain('\r  reading [############............] 500 ms');
  expect(written).not.toContain('\n');
  expect(written.endsWith('\r\u001B[K')).toBe(true);
});

it('is a line every five seconds elsewhere, and none of a short run', () => {
  expect(runFor(false, 4)).toBe('');
  expect(runFor(false, 11).trim().split('\n')).toHaveLength(2);
});
