import { textInDialect } from '../dialect.ts';
import { isSlackFault } from '../slack-faults.ts';
import type { ListenerDeps } from './listener-deps.ts';

export interface UploadedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly altText: string;
}

interface Place {
  readonly channel: string;
  readonly threadTs: string | null;
  /** Mrkdwn. */
  readonly comment?: string;
}

/** Uploads a file for all in a conversation. Returns its id. */
export const uploadFile = async (
  { slack, settings }: Pick<ListenerDeps, 'slack' | 'settings'>,
  { name, bytes, altText }: UploadedFile,
  { comment, ...place }: Place,
): Promise<string> => {
  const { fileId, url } = await slack.startUpload({ name, bytes: bytes.byteLength, altText });
  await slack.sendBytes(url, bytes);
  const said = comment === undefined ? {} : { comment: textInDialect(comment, settings.dialect) };
  await slack.completeUpload({ fileId, title: name }, { ...place, ...said });
  return fileId;
};

/**
 * Uploads a file to the conversation with one person. Slack has no files in ephemeral messages: a file that is
 * shared nowhere can be opened by whoever uploaded it alone, and one that is shared with a channel by all in it.
 * Returns its address; null where Slack does not tell it yet.
 */
export const sendFile = async (
  deps: Pick<ListenerDeps, 'slack' | 'settings' | 'logger'>,
  user: string,
  { comment, ...file }: UploadedFile & { readonly comment: string },
): Promise<string | null> => {
  const channel = await deps.slack.openDirectMessage(user);
  const fileId = await uploadFile(deps, file, { channel, threadTs: null, comment });
  try {
    return (await deps.slack.readFile(fileId)).permalink;
  } catch (error) {
    if (!isSlackFault(error)) throw error;
    deps.logger.info({ err: error }, 'A file was sent without a link to it');
    return null;
  }
};
