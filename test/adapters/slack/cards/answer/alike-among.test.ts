import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alikeAmong } from '#adapters/slack/cards/answer/alike-among.ts';

/** How many kinds of messages there are. */
const kinds = (...messages: readonly string[]): number => new Set(messages.map(alikeAmong(messages))).size;

describe('messages that are alike', () => {
  it('differ in numbers, ids, addresses and what is quoted', () => {
    expect(kinds('order ord_1f created, 2 items', 'order ord_77 created, 31 items')).toBe(1);
    expect(kinds('no route to 10.0.0.1:500 for "ann"', 'no route to 10.0.0.7:404 for "bob"')).toBe(1);
  });

  it('have the same statuses of HTTP, wherever these stand', () => {
    const failed = (status: number, upstream: number) =>
      `POST /checkout ${status}: order-service failed: it answered ${upstream}`;
    expect(kinds(failed(502, 502), failed(502, 500), failed(502, 502), failed(504, 502))).toBe(3);
    expect(kinds('GET /products 200', 'GET /products 404')).toBe(2);
    expect(kinds('upstream said (502)', 'upstream said (503)')).toBe(2);
  });

  it('have the same codes, where they are named so', () => {
    expect(kinds('worker died, exit code 1', 'worker died, exit code 137')).toBe(2);
    expect(kinds('done status=200 bytes=512', 'done status=503 bytes=512', 'done status=503 bytes=9')).toBe(2);
    expect(kinds('killed by signal: 9', 'killed by signal: 15')).toBe(2);
  });

  it('may differ in measurements of three digits', () => {
    expect(kinds('took 340 ms', 'took 512 ms')).toBe(1);
    expect(kinds('pool exhausted (active=100 waiting=340)', 'pool exhausted (active=100 waiting=512)')).toBe(1);
    expect(kinds('GET /orders/340 read', 'GET /orders/512 read')).toBe(1);
    expect(kinds('sent 340 bytes', 'sent 512 bytes')).toBe(1);
  });

  it('may differ in a number that is of three digits by chance, or of many', () => {
    expect(kinds('session of user 48291', 'session of user 340', 'session of user 7')).toBe(1);
    const read = Array.from({ length: 50 }, (_, row) => `read ${200 + row} of them`);
    expect(kinds(...read)).toBe(1);
  });

  it('are told apart by their words, whatever their numbers are', () => {
    const message = fc.tuple(fc.constantFrom('read', 'wrote', 'lost'), fc.nat(700));
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 30 }), (all) => {
        const texts = all.map(([word, value]) => `${word} ${value} rows`);
        const alike = alikeAmong(texts);
        for (const [at, [word]] of all.entries())
          for (const [other, [otherWord]] of all.entries())
            if (word !== otherWord) expect(alike(texts[at]!)).not.toBe(alike(texts[other]!));
      }),
    );
  });
});
