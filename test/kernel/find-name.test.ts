import { describe, expect, it } from 'vitest';
import { findName, nearName } from '#kernel/find-name.ts';

const KNOWN = ['gateway', 'order-service', 'payment-service', 'reorder', 'Mail'];

describe('a name that a person typed', () => {
  it.each([
    ['gateway', 'gateway'],
    ['mail', 'Mail'],
    ['PAYMENT', 'payment-service'],
    ['aymen', 'payment-service'],
  ])('is found whatever its case, and by a part of its own: %s', (typed, name) => {
    expect(findName(typed, KNOWN).name).toBe(name);
  });

  it('is that of which it is a whole word, before those that merely contain it', () => {
    expect(findName('order', KNOWN)).toEqual({ name: 'order-service', nearest: ['order-service', 'reorder'], more: 0 });
  });

  it.each([
    ['service', ['order-service', 'payment-service']],
    ['er', KNOWN],
    ['gatewya', ['gateway']],
    ['pament', ['payment-service']],
    ['servcie', ['order-service', 'payment-service']],
    ['nosuch', KNOWN],
  ])('is not guessed where several may be meant or none: %s', (typed, nearest) => {
    expect(findName(typed, KNOWN)).toEqual({ name: null, nearest, more: 0 });
  });

  it.each([
    ['pament', 'payment-service'],
    ['gatewya', 'gateway'],
    ['servcie', null],
    ['nosuch', null],
    ['mali', 'Mail'],
    ['pay', 'payment-service'],
  ])('is asked about where only one resembles it: %s', (typed, name) => {
    expect(nearName(typed, KNOWN)).toBe(name);
    expect(nearName('nosuch', ['gateway'])).toBeNull();
  });

  it('is none where no name is known', () => {
    expect(findName('gateway', [])).toEqual({ name: null, nearest: [], more: 0 });
  });

  it('counts those that are left out', () => {
    const known = Array.from({ length: 8 }, (_, index) => `worker-${index}`);
    expect(findName('worker', known)).toEqual({ name: null, nearest: known.slice(0, 5), more: 3 });
  });
});
