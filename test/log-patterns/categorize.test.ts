import { describe, expect, it } from 'vitest';
import { categorize } from '#log-patterns/categorize.ts';

describe('a category', () => {
  it('has the words that its messages have in common, and no numbers', () => {
    const keys = categorize(['Worker 7 restarted', 'Worker 12 restarted', 'Disk /dev/sda1 is 91 % full (was 80 %)']);
    expect(keys).toEqual(['.*?Worker.+?restarted.*?', '.*?Worker.+?restarted.*?', '.*?Disk.+?is.+?full.+?was.*?']);
  });

  it('is none where there is nothing, or no word', () => {
    expect(categorize([null, '', '   ', '12 34', '2031-03-03 10:00:00'])).toEqual([null, null, null, null, null]);
  });

  it('is a regular expression in which marks stand for themselves, and fits its messages', () => {
    const [key] = categorize(['a.b (c+d) failed? yes']);
    expect(key).toBe(String.raw`.*?a\.b.+?c\+d.+?failed.+?yes.*?`);
    expect(new RegExp(key ?? '').test('a.b (c+d) failed? yes')).toBe(true);
  });

  it('is its words alone where tokens are asked for', () => {
    expect(categorize(['Worker 7 restarted'], 'tokens')).toEqual(['Worker restarted']);
  });

  it('of an early message is that of the later ones which made a variable of a word', () => {
    const users = ['maya', 'tomas', 'ines', 'olga'];
    const keys = categorize(users.map((user) => `session opened for user ${user} by (uid=0)`));
    expect(new Set(keys)).toEqual(new Set(['.*?session.+?opened.+?for.+?user.+?by.+?uid.*?']));
  });
});
