import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readLines } from '#capabilities/ingest/read-lines.ts';

const collect = async (chunks: readonly Uint8Array[], maxLineBytes: number): Promise<(string | null)[]> => {
  const source = (async function* () {
    yield* chunks;
  })();
  const lines: (string | null)[] = [];
  for await (const together of readLines(source, maxLineBytes)) {
    for (const { number, text } of together) {
      expect(number).toBe(lines.length + 1);
      lines.push(text);
    }
  }
  return lines;
};

test('finds the same lines however the bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ''))),
      fc.array(fc.nat(40)),
      async (lines, cuts) => {
        const whole = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const chunks: Uint8Array[] = [];
        let rest = whole;
        for (const cut of cuts) {
          chunks.push(rest.subarray(0, cut));
          rest = rest.subarray(cut);
        }
        expect(await collect([...chunks, rest], 10_000)).toEqual(lines.map((line) => Buffer.from(line).toString()));
      },
    ),
  );
});

test('reads a last line without its end', async () => {
  expect(await collect([Buffer.from('a\nb')], 10)).toEqual(['a', 'b']);
});

test('skips the rest of a line that is too long, across chunks, and goes on', async () => {
  const chunks = ['ok\n123', '4567', '89\nfits\n', '12345678'].map((text) => Buffer.from(text));
  expect(await collect(chunks, 5)).toEqual(['ok', null, 'fits', null]);
});
