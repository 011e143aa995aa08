import type { Clock } from '#kernel/clock.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import { isAppError } from '#kernel/errors.ts';
import type { Logger } from '#ports/logger.ts';
import type { SlackApi } from '../slack-api.ts';

export type Access =
  | { readonly kind: 'granted' }
  | { readonly kind: 'refused'; readonly why: 'guest' | 'shared-channel' | 'unknown-person' | 'unknown-channel' };

export interface AccessGuardDeps {
  readonly slack: Pick<SlackApi, 'readUser' | 'readChannel'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface AccessSettings {
  readonly allowGuests: boolean;
  readonly allowExternalChannels: boolean;
}

export interface AccessGuard {
  /** Channel null: where nobody but the person can read, such as the Home tab. */
  check(user: string, channel: string | null): Promise<Access>;
}

const REMEMBER_MS = 5 * MINUTE_MS;
const REMEMBERED = 1000;

/**
 * Telemetry is for members of the workspace: guests, strangers and channels shared with another
 * organisation are refused, and so is whatever Slack cannot say.
 */
export const createAccessGuard = (deps: AccessGuardDeps, settings: AccessSettings): AccessGuard => {
  const known = new Map<string, { readonly isOutside: boolean; readonly until: number }>();

  const isOutside = async (key: string, read: () => Promise<boolean>): Promise<boolean | null> => {
    const now = deps.clock.now().getTime();
    const remembered = known.get(key);
    if (remembered !== undefined && remembered.until > now) return remembered.isOutside;
    try {
      const answer = await read();
      known.delete(key);
      known.set(key, { isOutside: answer, until: now + REMEMBER_MS });
      const oldest = known.keys().next();
      if (known.size > REMEMBERED && oldest.done !== true) known.delete(oldest.value);
      return answer;
    } catch (error) {
      if (!isAppError(error)) throw error;
      deps.logger.warn({ code: error.code, err: error }, 'Slack did not say who may see telemetry');
      return null;
    }
  };

  return {
    check: async (user, channel) => {
      const [isGuest, isShared] = await Promise.all([
        settings.allowGuests ? false : isOutside(`user:${user}`, async () => (await deps.slack.readUser(user)).isGuest),
        settings.allowExternalChannels || channel === null
          ? false
          : isOutside(`channel:${channel}`, async () => (await deps.slack.readChannel(channel)).isExternallyShared),
      ]);
      if (isGuest === true) return { kind: 'refused', why: 'guest' };
      if (isShared === true) return { kind: 'refused', why: 'shared-channel' };
      if (isGuest === null) return { kind: 'refused', why: 'unknown-person' };
      if (isShared === null) return { kind: 'refused', why: 'unknown-channel' };
      return { kind: 'granted' };
    },
  };
};
