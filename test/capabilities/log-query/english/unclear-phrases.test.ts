import { describe, expect, it } from 'vitest';
import { readQuestion } from '#capabilities/log-query/english/read-question.ts';
import { GROUND, groundWith } from './ground.ts';

describe('what is not understood', () => {
  it.each([
    ['404s by route', 'by route', 'logs have no route; spans have span.name, but no status_code'],
    ['errors by path', 'by path', 'telemetry has no field path'],
    ['errors by hostname_x', 'by hostname_x', 'telemetry has no field hostname_x; there is host.name'],
    ['region=eu errors', 'region=eu', 'no field is called region'],
    ['service:nobody', 'service:nobody', 'no service is called nobody'],
    [
      'errors since the deploy',
      'since the deploy',
      'Sentinel knows of no such event: name a time, as in “since 14:00”',
    ],
    ['errors since sunrise', 'since sunrise', 'not understood as a time: write “since 14:00” or “last 2h”'],
    ['errors last weekend', 'last weekend', 'not understood as a time: write “since 14:00” or “last 2h”'],
    ['errors this week', 'this week', 'not understood as a time: write “since 14:00” or “last 2h”'],
    ['errors since 20.11', 'since 20.11', 'a day or a clock? Write it as 2026-11-20 or 20:11'],
    ['errors yesterday vs today', 'vs', 'two things are not compared in one question'],
    ['who calls it', 'who calls', 'who calls whom is told by /sentinel deps'],
    ['upstreams of payment', 'upstreams of', 'who calls whom is told by /sentinel deps payment-service'],
    ['500 lines from gateway', '500', 'status 500 (for 500 rows: “limit 500”)'],
    ['GET requests slower than 1s', 'GET', 'in the text: GET'],
    ['services without errors', 'without errors', 'not level error, critical, fatal'],
    ['no 404', 'no 404', 'not status 404'],
    ['errors not from gateway and from payment', 'and from payment', 'not service payment-service'],
    ['errors but not payment', 'but not payment', 'not service payment-service'],
    ['errors of payment-service not', 'not', null],
    ['over 100 requests', 'over 100', 'left out: only where n > 100'],
    [
      'errors from payment to gateway of order-service',
      'of order-service',
      'left out, for calls have a caller and whom they call: service order-service',
    ],
    ['errors to payment and gateway', 'to payment', 'service payment-service; of calls write “calls from A to B”'],
    [
      'p95 of requests over 1 s by service',
      'over 1 s',
      'only where p95_ms > 1000 (of each request: “slower than”, “faster than”)',
    ],
    ['user_id 42 errors', 'user_id 42', 'in the text: user_id, 42'],
  ])('runs nothing of “%s” unasked: “%s” is “%s”', (question, said, means) => {
    const understood = readQuestion(question, GROUND);
    expect(understood?.phrases).toContainEqual({ said, means, isSure: false });
    expect(understood?.isWhole).toBe(false);
  });

  it.each([
    ['no space left on device', '"*no*"'],
    ['user not found', '"*not*"'],
    ['not pool', '"*not*"'],
  ])('asks among words to look for whether “%s” is said in messages', (words, looked) => {
    const text = readQuestion(`logs ${words}`, GROUND, { range: null, services: [], areWordsText: true });
    expect(text).toMatchObject({ isWhole: false, query: expect.stringContaining(looked) });
    const without = readQuestion('logs 20 errors without pool', GROUND, {
      range: null,
      services: [],
      areWordsText: true,
    });
    expect(without).toMatchObject({ isWhole: true, query: expect.stringMatching(/NOT \(.*pool[^]*LIMIT 20$/u) });
  });

  it('asks which of several fields is meant', () => {
    const ground = groundWith('user.id', 'admin.id');
    expect(readQuestion('errors by id', ground)?.phrases).toContainEqual({
      said: 'by id',
      means: 'by trace.id or span.id or attributes.user.id? Name one of them',
      isSure: false,
    });
    expect(readQuestion('errors by user', ground)?.query).toContain('BY attributes.user.id');
  });

  it.each([
    ['what happened before the payment outage', 'service.name == "payment-service" AND level IN'],
    ['is payment down?', 'service.name == "payment-service" AND level IN'],
    ['why is gateway down', 'AND service.name == "gateway"'],
    ['why', 'level IN'],
    ['spike in 503s', 'STATS n = COUNT(*) BY time = BUCKET'],
    ['drop in revenue', 'STATS total = SUM(value), average = AVG(value), n = COUNT(*) BY time = BUCKET'],
  ])('proposes of “%s” what may be of use: %s', (question, proposed) => {
    const understood = readQuestion(question, GROUND);
    expect(understood?.isWhole).toBe(false);
    expect(understood?.query).toContain(proposed);
    expect(understood?.query).not.toContain('LIKE');
  });

  it('says of “why” where causes are told, and answers the rest', () => {
    const understood = readQuestion('why is payment failing?', GROUND);
    expect(understood?.phrases[0]).toEqual({
      said: 'why',
      means: 'causes are told by /sentinel slow and /sentinel patterns of a service',
      isSure: true,
    });
    expect(understood?.isWhole).toBe(true);
  });

  it('looks for such words where they were said to be in the text', () => {
    expect(readQuestion('errors about a drop', GROUND)?.query).toContain('LIKE "*drop*"');
    const words = readQuestion('logs connection dropped', GROUND, { range: null, services: [], areWordsText: true });
    expect(words?.query).toContain('LIKE "*dropped*"');
  });
});
