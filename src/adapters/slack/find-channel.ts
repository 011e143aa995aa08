import { AppError } from '#kernel/errors.ts';
import type { SlackApi } from './slack-api.ts';

const CHANNEL_ID = /^[CGD][A-Z0-9]{2,}$/u;

/** The id of a channel given by id or by "#name"; asks Slack once for a name. */
export const createChannelFinder = (slack: Pick<SlackApi, 'findChannel'>, channel: string): (() => Promise<string>) => {
  let found = CHANNEL_ID.test(channel) ? channel : null;
  return async () => {
    found ??= await slack.findChannel(channel.replace(/^#/u, ''));
    if (found !== null) return found;
    throw new AppError({
      code: 'not-permitted',
      isRetryable: true,
      userMessage: `There is no channel ${channel} that Sentinel can see. Create it, or invite Sentinel, or set slack.channel.`,
    });
  };
};
