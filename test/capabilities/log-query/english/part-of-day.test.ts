import { describe, expect, it } from 'vitest';
import { readQuestion } from '#capabilities/log-query/english/read-question.ts';
import { GROUND } from './ground.ts';

describe('a part of the day', () => {
  // A Sunday, 04:39 in Berlin.
  const early = { ...GROUND, now: new Date('2026-11-22T03:39:00Z') };
  const timeIn = (question: string, ground = early) => readQuestion(question, ground)?.phrases.at(-1);

  it.each([
    ['errors from payment this morning', 'yesterday 05:00 to 12:00'],
    ['errors this afternoon', 'yesterday 12:00 to 18:00'],
    ['errors today evening', 'yesterday 18:00 to 2026-11-22 00:00'],
    ['errors in the afternoon', 'yesterday 12:00 to 18:00'],
    ['errors this night', 'yesterday 18:00 to now'],
    ['errors tonight', 'yesterday 18:00 to now'],
    ['errors sunday afternoon', '2026-11-15 12:00 to 18:00'],
    ['errors between 9 and 11 this morning', 'yesterday 09:00 to 11:00'],
    ['errors around 3 this afternoon', 'yesterday 14:50 to 15:10'],
  ])('that is to come is the one that was: “%s” is %s', (question, window) => {
    expect(timeIn(question)).toMatchObject({ means: expect.stringContaining(`${window} (Europe`), isSure: true });
  });

  it('that has begun is meant up to now, and one that was is whole', () => {
    expect(timeIn('errors this afternoon', GROUND)?.means).toContain('2026-11-21 12:00 to now');
    expect(timeIn('errors this morning', GROUND)?.means).toContain('2026-11-21 05:00 to 12:00');
  });

  it.each(['errors at 9:00 today', 'errors since 9 today', 'errors today 9 to 11', 'logs at 9:00 today'])(
    'is asked about where its day was said and it is to come: “%s”',
    (question) => {
      expect(timeIn(question)).toMatchObject({
        means: expect.stringMatching(/^2026-11-22 0[89]:\d\d \(Europe\/Berlin\) is still to come$/u),
        isSure: false,
      });
      const logs = readQuestion(question, early, { range: null, services: ['gateway'], areWordsText: true });
      expect(logs?.isWhole).toBe(false);
    },
  );
});
