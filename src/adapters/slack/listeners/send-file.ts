import { isSlackFault } from '../slack-faults.ts';
import type { ListenerDeps } from './listener-deps.ts';

export interface PersonalFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly altText: string;
  /** Mrkdwn. */
  readonly comment: string;
}

/**
 * Uploads a file to the conversation with one person. Slack has no files in ephemeral messages: a file that is
 * shared nowhere can be opened by whoever uploaded it alone, and one that is shared with a channel by all in it.
 * Returns its address; null where Slack does not tell it yet.
 */
export const sendFile = async (
  { slack, logger }: Pick<ListenerDeps, 'slack' | 'logger'>,
  user: string,
  { name, bytes, altText, comment }: PersonalFile,
): Promise<string | null> => {
  const channel = await slack.openDirectMessage(user);
  const { fileId, url } = await slack.startUpload({ name, bytes: bytes.byteLength, altText });
  await slack.sendBytes(url, bytes);
  await slack.completeUpload({ fileId, title: name }, { channel, threadTs: null, comment });
  try {
    return (await slack.readFile(fileId)).permalink;
  } catch (error) {
    if (!isSlackFault(error)) throw error;
    logger.info({ err: error }, 'A file was sent without a link to it');
    return null;
  }
};
