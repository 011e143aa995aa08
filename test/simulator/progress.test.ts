import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { createProgress } from '../../simulator/progress.ts';

it('prints each quarter once where nobody watches, and the whole once', () => {
  const out = new PassThrough();
  const progress = createProgress(out as unknown as NodeJS.WriteStream, 'history');
  for (const share of [0.1, 0.3, 0.4, 0.9, 1]) progress.show(share, `${share} of it`);
  progress.end('all of it');
  const lines = String(out.read()).trimEnd().split('\n');
  expect(lines.map((line) => line.replace(/^.*\] /, ''))).toEqual(['0.1 of it', '0.3 of it', '0.9 of it', 'all of it']);
});
