import { describe, expect, it } from 'vitest';
import { asksForState } from '#adapters/slack/listeners/events/asks-for-state.ts';

describe('how an incident is', () => {
  it.each([
    "what's going on?",
    'What is going on here',
    'what happened?',
    'when did it start',
    'since when is this broken?',
    'is it fixed yet?',
    'is this still happening?',
    'how bad is it?',
    'any updates?',
    'so, what’s the status',
  ])('is asked for by “%s”', (text) => {
    expect(asksForState(text)).toBe(true);
  });

  it.each([
    'what happened at 14:05',
    'when did payment errors start',
    'errors since it began',
    'is payment down',
    'what is new in payment',
    'updates by service',
    'slow requests',
    '',
  ])('is not asked for by “%s”', (text) => {
    expect(asksForState(text)).toBe(false);
  });
});
