import { addMs } from '#kernel/duration.ts';
import { isAppError } from '#kernel/errors.ts';
import { shareLaterCard, sharedAlreadyCard } from '../cards/answer/answer-actions-cards.ts';
import type { CardMessage } from '../cards/blocks.ts';
import { plainHash } from '../content-hash.ts';
import { inDialect } from '../dialect.ts';
import { postOnce, readPost } from '../post-once.ts';
import { isSlackFault, retryAt } from '../slack-faults.ts';
import { findAgain, type Picture } from './find-again.ts';
import { uploadFile } from './send-file.ts';
import type { KeptAnswer } from './kept-answers.ts';
import type { ListenerDeps } from './listener-deps.ts';

/** Posts the answer where it was asked, for everybody there and once; null: it stands there now. */
export const shareAnswer = async (deps: ListenerDeps, kept: KeptAnswer, user: string): Promise<CardMessage | null> => {
  const row = await readPost(deps, {
    key: `answer:${kept.id}`,
    incidentId: null,
    channel: kept.channel,
    threadTs: kept.threadTs,
  });
  if (row.ts !== null) return sharedAlreadyCard(await linkTo(deps, kept.channel, row.ts));
  const again = await findAgain(deps, kept, user);
  if (again.kind === 'not-found') return again.card;
  const now = deps.clock.now();
  const card = inDialect(again.cardFor({ id: null, sharedBy: `<@${user}>` }), deps.settings.dialect);
  try {
    const posted = await postOnce(deps, row, card, plainHash(card));
    if (posted.kind !== 'later') {
      await sharePicture(deps, again.picture, { channel: kept.channel, threadTs: kept.threadTs ?? posted.ts });
      return null;
    }
    return shareLaterCard('unknown', posted.until.getTime() - now.getTime(), kept.id);
  } catch (error) {
    const until = isSlackFault(error) ? retryAt(error, now) : null;
    if (until === null) throw error;
    return shareLaterCard('busy', Math.max(addMs(now, 1000).getTime(), until.getTime()) - now.getTime(), kept.id);
  }
};

/** Below the shared answer. It stands without its picture too. */
const sharePicture = async (
  deps: ListenerDeps,
  picture: Picture | null,
  share: { readonly channel: string; readonly threadTs: string },
): Promise<void> => {
  if (picture === null) return;
  const { name, altText, comment } = picture;
  try {
    await uploadFile(deps, { name, bytes: await picture.draw(), altText }, { ...share, comment });
  } catch (error) {
    if (!isAppError(error)) throw error;
    deps.logger.warn({ code: error.code, err: error }, 'An answer is shared without its picture');
  }
};

const linkTo = async ({ slack, logger }: ListenerDeps, channel: string, ts: string): Promise<string | null> => {
  try {
    return await slack.readPermalink({ channel, ts });
  } catch (error) {
    if (!isSlackFault(error)) throw error;
    logger.info({ err: error }, 'The link to a shared answer is not known');
    return null;
  }
};
