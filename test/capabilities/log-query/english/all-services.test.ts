import { describe, expect, it } from 'vitest';
import { readQuestion } from '#capabilities/log-query/english/read-question.ts';
import { GROUND } from './ground.ts';

describe('all services, where those of an incident are meant otherwise', () => {
  const meant = { range: null, services: ['payment-service'], areWordsText: false };

  it.each([
    'errors of all services',
    'errors from all services',
    'errors in every service',
    'errors on any of the services',
    'how many errors across all services in the last 10 min',
    'slowest requests of any service',
    'errors everywhere',
  ])('are meant by “%s”', (question) => {
    const understood = readQuestion(question, GROUND, meant);
    expect(understood).toMatchObject({ added: null, isWhole: true });
    expect(understood?.query).not.toMatch(/service\.name|LIKE/u);
  });

  it('are not meant by a word that is to be looked for', () => {
    expect(readQuestion('errors containing everywhere', GROUND, meant)?.query).toContain('LIKE "*everywhere*"');
    const lines = readQuestion('logs failed everywhere', GROUND, { ...meant, areWordsText: true });
    expect(lines).toMatchObject({ added: { names: ['payment-service'] } });
    expect(lines?.query).toContain('LIKE "*everywhere*"');
  });
});
