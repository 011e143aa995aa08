import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel/random.ts';
import { createMiner } from '#log-patterns/miner.ts';
import { renderDisplay } from '#log-patterns/display.ts';

const words = Array.from({ length: 400 }, (_, index) => {
  const letters = 'bcdghklmnprstvwz';
  return `${letters[index % 16]}o${letters[Math.floor(index / 16) % 16]}u${letters[Math.floor(index / 7) % 16]}`;
});

const randomLines = (count: number, seed: number, wordsPerLine: number): readonly string[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () =>
    Array.from({ length: wordsPerLine }, () => words[Math.floor(random() * words.length)]).join(' '),
  );
};

describe('a miner', () => {
  it('gives the same ids for the same lines, whatever the seed of its hashes', () => {
    const lines = [...randomLines(300, 1, 3), ...randomLines(300, 2, 5)];
    const [first, second] = [1, 2].map((seed) => {
      const miner = createMiner({ seed });
      return lines.map((line) => miner.add(line));
    });
    expect(second).toEqual(first);
  });

  it('names a pattern alike in every process, whichever variable came first', () => {
    const hashes = ['order 5 paid', 'order 77 paid'].map((line) => {
      const miner = createMiner();
      miner.add(line);
      return miner.templates()[0]?.hash;
    });
    expect(hashes[0]).toBe(hashes[1]);
    expect(Number.isSafeInteger(hashes[0])).toBe(true);
  });

  it('shows the text of what comes before the first line break, and a variable for the rest', () => {
    const miner = createMiner();
    miner.add('job failed\n  at work (job.js:3)\n  at run (job.js:9)');
    miner.add('job failed\r\n  at other (main.js:77)');
    miner.add('job failed\n');
    expect(miner.templates().map(({ text, lines }) => [text, lines])).toEqual([
      ['job failed <*>', 2],
      ['job failed', 1],
    ]);
  });

  it('splits a number from the word that follows its colon', () => {
    const miner = createMiner();
    miner.add('10.0.0.1:80:Got reply');
    miner.add('10.0.0.7:8080:Lost reply');
    miner.add('10.0.0.7:dead:beef reply');
    expect(miner.templates().map(({ text }) => text)).toEqual(['<*>:Got reply', '<*>:Lost reply', '<*> reply']);
  });

  it('keeps the most frequent values of a variable', () => {
    const miner = createMiner({ valuesPerVariable: 2 });
    const states = ['idle', 'idle', 'idle', 'busy', 'busy', 'odd', 'new', 'last', 'gone', 'idle'];
    for (const [index, state] of states.entries()) miner.add(`queue state=${state} of ${index} jobs on host h1.test`);
    const [template] = miner.templates();
    expect(template?.text).toBe('queue state=<*> of <*> jobs on host <*>');
    expect(template?.variables[0]).toEqual([
      { text: 'idle', lines: 4, atMost: 4 },
      { text: 'busy', lines: 2, atMost: 2 },
    ]);
    expect(template?.variables[2]).toEqual([{ text: 'h1.test', lines: 10, atMost: 10 }]);
  });

  it('counts each line once, whatever is merged', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...randomLines(200, 5, 4)), { maxLength: 400 }), (lines) => {
        const miner = createMiner();
        for (const line of lines) miner.add(line);
        expect(miner.templates().reduce((sum, template) => sum + template.lines, 0)).toBe(lines.length);
      }),
      { numRuns: 30 },
    );
  });

  it('takes any text, and gives every line a template that it can resolve', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('__proto__', 'constructor', 'a:', "can't", '="x y"', 'C{a=1}', '....', '\u0001', '\ud800', '::1'),
    );
    fc.assert(
      fc.property(
        fc.array(
          fc.array(piece).map((pieces) => pieces.join(' ')),
          { maxLength: 60 },
        ),
        (lines) => {
          const miner = createMiner({ maxCharacters: 64, maxTokens: 8 });
          const ids = lines.map((line) => miner.add(line));
          const known = new Set(miner.templates().map(({ id }) => id));
          for (const id of ids) expect(known).toContain(miner.resolve(id));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the memory of a miner', () => {
  it('is bounded: the templates seen longest ago are forgotten, and their lines counted', () => {
    const miner = createMiner({ maxTemplates: 100, maxLines: 64, maxContexts: 512, creationBurst: 1e6 });
    const lines = randomLines(5_000, 3, 4);
    for (const line of lines) miner.add(line);
    const templates = miner.templates();
    expect(templates.length).toBeLessThanOrEqual(125);
    expect(miner.forgottenLines()).toBeGreaterThan(0);
    expect(templates.reduce((sum, template) => sum + template.lines, 0) + miner.forgottenLines()).toBe(lines.length);
  });

  it('puts novel lines that come too fast into a coarse template of their first word', () => {
    const miner = createMiner({ creationBurst: 3, creationPerLine: 0 });
    for (const line of ['a b', 'c d', 'e f', 'g one', 'g two']) miner.add(line);
    const coarse = miner.templates().filter(({ isCoarse }) => isCoarse);
    expect(coarse.map(({ text, lines }) => [text, lines])).toEqual([['g <*>', 2]]);
  });

  it('is not grown by a line of a megabyte', () => {
    const miner = createMiner();
    for (const part of ['x', '[', "'", 'a:', '\ud800', 'a.', '"', '\u001b[31m']) {
      miner.add(part.repeat(1_000_000 / part.length));
    }
    for (const { text } of miner.templates()) expect(text.length).toBeLessThan(10_000);
  });
});

describe('a display', () => {
  it('folds variables that only a mark separates, but not a literal that looks like one', () => {
    const variable = { text: '<*>', isVariable: true, hasSpaceBefore: false };
    const mark = (text: string) => ({ text, isVariable: false, hasSpaceBefore: false });
    expect(renderDisplay([variable, mark(':'), variable, mark('='), variable])).toBe('<*>=<*>');
    expect(renderDisplay([mark('<*>'), mark(':'), variable])).toBe('<*>:<*>');
  });
});
