import { AppError } from '#kernel/errors.ts';
import type { SlackApi } from './slack-api.ts';

const CHANNEL_ID = /^[CGD][A-Z0-9]{2,}$/u;

export interface ChannelFinder {
  /** Throws AppError `not-permitted` if there is no such channel that Sentinel can see. */
  find(): Promise<string>;
  /** Without asking Slack; null if it has not been found yet. */
  known(): string | null;
  /** The name may belong to another channel by now. */
  forget(): void;
}

/** The id of a channel given by id or by "#name"; asks Slack once for a name. */
export const createChannelFinder = (slack: Pick<SlackApi, 'findChannel'>, channel: string): ChannelFinder => {
  const given = CHANNEL_ID.test(channel) ? channel : null;
  let found = given;
  return {
    find: async () => {
      found ??= await slack.findChannel(channel.replace(/^#/u, ''));
      if (found !== null) return found;
      throw new AppError({
        code: 'not-permitted',
        isRetryable: true,
        userMessage: `There is no channel ${channel} that Sentinel can see. Create it, or invite Sentinel, or set slack.channel.`,
      });
    },
    known: () => found,
    forget: () => {
      found = given;
    },
  };
};
