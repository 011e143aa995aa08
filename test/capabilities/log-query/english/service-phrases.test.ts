import { describe, expect, it } from 'vitest';
import { readQuestion } from '#capabilities/log-query/english/read-question.ts';
import { GROUND } from './ground.ts';

const read = (question: string) => readQuestion(question, GROUND);

describe('a service that is named by a part, or misspelt', () => {
  it.each([
    'payment errors',
    'errors payment',
    'payments 5xx',
    'why is payment failing?',
    'payment requests',
    'errors per minute payment last 30m',
    'errors last 30m payment',
    'errors by host in the last 10 minutes payment',
    'payment last 30m errors',
  ])('is sure of a part of one name beside what a service has: “%s”', (question) => {
    expect(read(question)).toMatchObject({
      isWhole: true,
      query: expect.stringContaining('service.name == "payment-service"'),
    });
  });

  it('asks where a part is of several names, whatever stands beside it', () => {
    const ground = { ...GROUND, services: ['payment-api', 'payment-worker'] };
    expect(readQuestion('payment errors', ground)).toMatchObject({ isWhole: false });
  });

  it('asks about the nearest name where a service is meant and none is called so', () => {
    expect(read('errors from pament')?.phrases).toContainEqual({
      said: 'pament',
      means: 'no service is called so; did you mean payment-service?',
      isSure: false,
    });
    expect(read('errors in the gatewya')?.query).toContain('service.name == "gateway"');
    expect(read('errors about pament')?.query).toContain('LIKE "*pament*"');
    expect(read('errors in production')?.query).toContain('LIKE "*production*"');
  });

  it.each(['gatway erors', 'erors gatway', 'errors gatway', 'gatway requets', 'errors per minute gatway'])(
    'offers the nearest name beside what a service has, be that misspelt as well: “%s”',
    (question) => {
      expect(read(question)).toMatchObject({
        isWhole: false,
        query: expect.stringContaining('service.name == "gateway"'),
      });
      expect(read(question)?.query).not.toContain('LIKE');
    },
  );

  it('guesses that a part of a name alone is the service', () => {
    const service = { said: 'payment', means: 'service payment-service', isSure: false };
    expect(read('payment in the last hour')?.phrases).toContainEqual(service);
    expect(read('timeouts payment')?.phrases).toContainEqual(service);
    expect(read('timeouts per minute payment')?.phrases).toContainEqual(service);
    expect(read('payment errors')?.query).toContain('service.name == "payment-service"');
    expect(read('errors containing payment')?.query).toContain('LIKE "*payment*"');
    expect(read('service errors')?.query).not.toContain('service.name');
    const logs = readQuestion('logs order', GROUND, { range: null, services: ['gateway'], areWordsText: true });
    expect(logs?.query).toContain('LIKE "*order*"');
  });
});
