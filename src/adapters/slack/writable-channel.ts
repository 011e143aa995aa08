import { AppError } from '#kernel/errors.ts';
import { clearTrouble, isLasting, readBlock, recordTrouble, type TroubleDeps } from './channel-trouble.ts';
import { createChannelFinder } from './find-channel.ts';
import type { SlackApi } from './slack-api.ts';

export interface ChannelSettings {
  /** An id, or "#name". */
  readonly channel: string;
  /** Where to write while that one takes nothing; null: nowhere. */
  readonly fallbackChannel: string | null;
}

/** A configured channel that takes nothing. */
export interface BlockedChannel {
  readonly name: string;
  readonly trouble: string;
  readonly since: Date;
}

export interface WritableChannel {
  /** Where to write now, and which one would be the right one; null: nowhere until somebody puts it right. */
  find(): Promise<{ readonly channel: string; readonly insteadOf: BlockedChannel | null } | null>;
  /** What the configured ones go by in the state store, and how they were given. Asks nobody. */
  known(): readonly { readonly id: string; readonly name: string }[];
}

/** The incident channel, or the fallback while the incident channel is known to take nothing. */
export const createWritableChannel = (
  deps: TroubleDeps & { readonly slack: Pick<SlackApi, 'findChannel'> },
  settings: ChannelSettings,
): WritableChannel => {
  const names = [settings.channel, ...(settings.fallbackChannel === null ? [] : [settings.fallbackChannel])];
  const channels = names.map((name) => ({ name, finder: createChannelFinder(deps.slack, name) }));

  /** The id, or why there is none to write to. */
  const look = async ({ name, finder }: (typeof channels)[number]): Promise<string | BlockedChannel> => {
    const unseen = await readBlock(deps, name);
    if (unseen !== null) return { name, ...unseen };
    let id: string;
    try {
      id = await finder.find();
    } catch (error) {
      if (!isLasting(error)) throw error;
      await recordTrouble(deps, name, error);
      return { name, ...((await readBlock(deps, name)) ?? { trouble: 'channel_not_found', since: deps.clock.now() }) };
    }
    if (id === name) return id;
    await clearTrouble(deps, name);
    const block = await readBlock(deps, id);
    if (block === null) return id;
    // A name may belong to another channel by the time of the next look.
    finder.forget();
    return { name, ...block };
  };

  return {
    find: async () => {
      let insteadOf: BlockedChannel | null = null;
      for (const channel of channels) {
        const found = await look(channel);
        if (typeof found === 'string') return { channel: found, insteadOf };
        insteadOf ??= found;
      }
      return null;
    },
    known: () =>
      channels.flatMap(({ name, finder }) => [
        { id: name, name },
        { id: finder.known() ?? name, name },
      ]),
  };
};

/** For whoever must say something and has nowhere to. */
export const nowhereToWrite = (): AppError =>
  new AppError({
    code: 'not-permitted',
    isRetryable: true,
    userMessage: 'Slack takes nothing from Sentinel in the configured channels. Check them, and the token.',
  });
