import type { ListenerDeps } from './listener-deps.ts';

/** Where somebody asked for it. */
export interface Place {
  readonly user: string;
  readonly channel: string;
  readonly threadTs: string | null;
}

interface Picture {
  readonly name: string;
  readonly png: Uint8Array;
  readonly altText: string;
  /** Mrkdwn. */
  readonly sentence: string;
}

/**
 * Puts a picture before everybody where somebody asked for it. Slack shows an uploaded file only where it is
 * shared, and shares it with channels, never with one person: so a picture comes by a click that says so.
 */
export const sharePicture = async (
  { slack }: Pick<ListenerDeps, 'slack'>,
  { user, channel, threadTs }: Place,
  { name, png, altText, sentence }: Picture,
): Promise<void> => {
  const { fileId, url } = await slack.startUpload({ name, bytes: png.byteLength, altText });
  await slack.sendBytes(url, png);
  const comment = `${sentence} Shown by <@${user}>.`;
  await slack.completeUpload({ fileId, title: name }, { channel, threadTs, comment });
};
