import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEngine } from './run-query.ts';
import type { Engine } from './run-query.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine(new Map());
});
afterAll(() => engine.close());

/** Of each text the text, its capitals and its small letters, as the engine has them. */
const casesOf = async (texts: readonly string[]) =>
  (
    await engine.run(
      'ROW s = ?texts | MV_EXPAND s | EVAL u = TO_UPPER(s), l = TO_LOWER(s), us = TO_UPPER(MV_APPEND(s, "x")), ls = TO_LOWER(MV_APPEND(s, "X")) | LIMIT 10000',
      { parameters: { texts } },
    )
  ).rows;

const expected = (text: string) => {
  const [upper, lower] = [text.toUpperCase(), text.toLowerCase()];
  return [text, upper, lower, [upper, 'X'], [lower, 'x']];
};

// A surrogate alone is no text, and the client leaves out a byte order mark.
const isCharacter = (code: number): boolean => (code < 0xd800 || code > 0xdfff) && code !== 0xfeff;
const BMP = Array.from({ length: 0xffff }, (_, at) => at + 1)
  .filter(isCharacter)
  .map((code) => String.fromCodePoint(code));
// It has a case in RE2's tables and none in those of Unicode 17.
const PHARYNGEAL = '\u0295';

// Two thirds of the BMP, all alike beside a sigma.
const WITHOUT_CASE = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Yi}\p{Co}\p{Cn}]/u;
const WHOLE_BMP_MS = 120_000;

describe('TO_UPPER and TO_LOWER', () => {
  test(
    'know every letter of the BMP, alone and beside a sigma',
    async () => {
      const neighbours = BMP.filter((character) => character !== PHARYNGEAL && !WITHOUT_CASE.test(character));
      const texts = [
        ...BMP,
        ...neighbours.flatMap((character) => [`aΣ${character}`, `aΣ${character}a`, `${character}Σ`]),
      ];
      for (let at = 0; at < texts.length; at += 9_000) {
        const part = texts.slice(at, at + 9_000);
        const wrong = (await casesOf(part)).filter(
          (row) => JSON.stringify(row) !== JSON.stringify(expected(String(row[0]))),
        );
        expect(wrong.slice(0, 5)).toEqual([]);
      }
    },
    WHOLE_BMP_MS,
  );

  test('do as Unicode says with whatever is written', async () => {
    const character = fc.oneof(
      fc.constantFrom(...Array.from("ΣΣσςİıIißŉǰﬁΐᾳᾼẞ aA.'’:-1\u0301\u00ad\u0345ʰªⅣ⓪Ⓐ𐐀🔥")),
      fc.constantFrom(...BMP.filter((each) => each !== PHARYNGEAL)),
    );
    const texts = fc.array(fc.array(character, { minLength: 1, maxLength: 12 }).map((all) => all.join('')), { minLength: 2, maxLength: 200 }); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(texts, async (all) => {
        expect(await casesOf(all)).toEqual(all.map(expected));
      }),
      { numRuns: 60 },
    );
  });
});
