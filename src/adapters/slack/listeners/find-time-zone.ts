import { isAppError } from '#kernel/errors.ts';
import type { ListenerDeps } from './listener-deps.ts';

/** Of the asker, as an IANA name: "14:00" is meant there. UTC where Slack does not tell. */
export const findTimeZone = async (
  { readUser, logger }: Pick<ListenerDeps, 'readUser' | 'logger'>,
  user: string,
): Promise<string> => {
  try {
    return (await readUser(user)).timeZone ?? 'UTC';
  } catch (error) {
    if (!isAppError(error)) throw error;
    logger.info({ code: error.code, err: error }, 'A question is read in UTC: Slack does not tell the time zone');
    return 'UTC';
  }
};
