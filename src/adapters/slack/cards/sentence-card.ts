import { actions, type button, type CardMessage, section } from './blocks.ts';
import { cutAtWord, FALLBACK_LIMIT, withoutMarkup } from './text.ts';

/** A short answer for one person. */
export const sentenceCard = (
  mrkdwn: string,
  plain: string,
  buttons: readonly ReturnType<typeof button>[] = [],
): CardMessage => ({
  text: cutAtWord(withoutMarkup(plain), FALLBACK_LIMIT),
  blocks: [section(mrkdwn), ...(buttons.length === 0 ? [] : [actions(...buttons)])],
});
