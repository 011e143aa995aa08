import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 500;

/** Resolves with the card's fallback text once the channel holds a message, or null when aborted. */
export const waitForFirstCard = async (
  slackUrl: string,
  channelId: string,
  signal: AbortSignal,
): Promise<string | null> => {
  while (!signal.aborted) {
    const text = await readFirstMessage(slackUrl, channelId, signal);
    if (text !== null) return text;
    await wait(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
  return null;
};

const readFirstMessage = async (slackUrl: string, channelId: string, signal: AbortSignal): Promise<string | null> => {
  try {
    const response = await fetch(`${slackUrl}/_control/messages/${channelId}`, { signal });
    const body: unknown = await response.json();
    const messages: unknown = Array.isArray(body) ? body : (body as { messages?: unknown }).messages;
    if (!Array.isArray(messages) || messages.length === 0) return null;
    const { text } = messages[0] as { text?: unknown };
    return typeof text === 'string' ? text : '';
  } catch {
    return null;
  }
};
