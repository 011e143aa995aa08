import { LogLevel, type Logger as BoltLogger } from '@slack/bolt';
import type { Logger } from '#ports/logger.ts';

const TEXT_LIMIT = 500;
const TOKEN = /\bx(?:ox[a-z]|app)-[\w-]+/gu;

/** Bolt's logs in ours: warnings and errors only, without tokens or message bodies. */
export const createBoltLogger = (logger: Logger): BoltLogger => {
  const textOf = (parts: readonly unknown[]): string =>
    parts
      .map((part) => (part instanceof Error ? part.message : String(part)))
      .join(' ')
      .replaceAll(TOKEN, 'x…')
      .slice(0, TEXT_LIMIT);
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (...parts) => logger.warn({ library: 'slack' }, textOf(parts)),
    error: (...parts) => logger.error({ library: 'slack' }, textOf(parts)),
    setLevel: () => undefined,
    getLevel: () => LogLevel.WARN,
    setName: () => undefined,
  };
};
