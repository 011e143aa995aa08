import { describe, expect, it } from 'vitest';
import { toOneLine } from '#adapters/slack/cards/text.ts';

describe('text that somebody else wrote', () => {
  it.each([
    ['\u001b[31mERROR\u001b[0m no funds', 'ERROR no funds'],
    ['\u001b[1;38;5;196mred\u001b[m', 'red'],
    ['\u009b2Kgone', 'gone'],
    ['a [31m that stands there', 'a [31m that stands there'],
    ['two\nlines\u202e', 'two lines'],
  ])('is one line without the colours of a terminal: %j', (text, shown) => {
    expect(toOneLine(text)).toBe(shown);
  });
});
