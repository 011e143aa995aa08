import { isAppError } from '#kernel/errors.ts';
import type { Logger } from '#ports/logger.ts';
import type { SlackApi } from '../slack-api.ts';

export type Access =
  | { readonly kind: 'granted' }
  | { readonly kind: 'refused'; readonly why: 'guest' | 'shared-channel' | 'unknown-person' | 'unknown-channel' };

export interface AccessGuardDeps {
  readonly readUser: SlackApi['readUser'];
  readonly readChannel: SlackApi['readChannel'];
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

/**
 * Telemetry is for members of the workspace: guests, strangers and channels shared with another
 * organisation are refused, and so is whatever Slack cannot say.
 */
export const createAccessGuard = (deps: AccessGuardDeps, settings: AccessSettings): AccessGuard => {
  const isOutside = async (read: () => Promise<boolean>): Promise<boolean | null> => {
    try {
      return await read();
    } catch (error) {
      if (!isAppError(error)) throw error;
      deps.logger.warn({ code: error.code, err: error }, 'Slack did not say who may see telemetry');
      return null;
    }
  };

  return {
    check: async (user, channel) => {
      const [isGuest, isShared] = await Promise.all([
        settings.allowGuests ? false : isOutside(async () => (await deps.readUser(user)).isGuest),
        settings.allowExternalChannels || channel === null
          ? false
          : isOutside(async () => (await deps.readChannel(channel)).isExternallyShared),
      ]);
      if (isGuest === true) return { kind: 'refused', why: 'guest' };
      if (isShared === true) return { kind: 'refused', why: 'shared-channel' };
      if (isGuest === null) return { kind: 'refused', why: 'unknown-person' };
      if (isShared === null) return { kind: 'refused', why: 'unknown-channel' };
      return { kind: 'granted' };
    },
  };
};
