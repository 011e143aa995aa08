import { LogLevel } from '@slack/bolt';
import { describe, expect, it } from 'vitest';
import { createBoltLogger } from '#adapters/slack/bolt-logger.ts';
import { createTestLogger } from './board-fixture.ts';

const said = (write: (logger: ReturnType<typeof createBoltLogger>) => void) => {
  const logger = createTestLogger();
  write(createBoltLogger(logger));
  return logger.said;
};

describe('what Bolt logs', () => {
  it.each([
    ["a bot's", 'xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzzqgy'],
    ["an app's", 'xapp-1-A0123456789-1234567890123-abcdef0123456789'],
    ["a person's", 'xoxp-9876543210-abc_def'],
    ['one that is exchanged', 'xoxe-1-My0xLjEuMQ'],
  ])('holds no token: %s', (_whose, token) => {
    const lines = said((logger) => {
      logger.warn(`Bearer ${token}, twice: ${token}`);
      logger.error(new Error(`invalid token "${token}"`), { toString: () => `token=${token}` });
    });
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ['warn', 'Bearer x…, twice: x…'],
      ['error', 'invalid token "x…" token=x…'],
    ]);
  });

  it('holds no half of a token at the end of what is kept', () => {
    const [line] = said((logger) => logger.error(`${'.'.repeat(490)} xoxb-12345678901234567890`));
    expect(line?.message).toBe(`${'.'.repeat(490)} x…`);
  });

  it('is warnings and errors alone, as such, and not more than 500 characters of one', () => {
    const lines = said((logger) => {
      logger.debug('a message body');
      logger.info('connected');
      logger.warn('w'.repeat(1000));
    });
    expect(lines).toEqual([{ level: 'warn', fields: { library: 'slack' }, message: 'w'.repeat(500) }]);
    expect(createBoltLogger(createTestLogger()).getLevel()).toBe(LogLevel.WARN);
  });
});
