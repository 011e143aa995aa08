import type { Notice } from '#ports/incident-board.ts';
import { actions, button, type CardBlock, type CardMessage, header, section } from './blocks.ts';
import { cutAtWord, escapeMrkdwn, FALLBACK_LIMIT, HEADER_LIMIT, lengthOf, toOneLine, withoutMarkup } from './text.ts';

const MARK = { blind: '⚠️', 'sees-again': '✅', 'telemetry-gap': '⚪', 'board-trouble': '⚠️' } as const;
const DETAIL_LIMIT = 2000;

/** What Sentinel says about itself: never an all-clear by silence. */
export const noticeCard = (notice: Notice): CardMessage => {
  const headline = withoutMarkup(toOneLine(notice.headline)).replace(/\.$/u, '');
  const detail = toOneLine(notice.detail);
  const text = `${headline}. ${withoutMarkup(detail)}`;
  const blocks: readonly CardBlock[] = [
    header(cutAtWord(`${MARK[notice.kind]} ${headline}`, HEADER_LIMIT)),
    section(
      `${notice.kind === 'sees-again' ? '' : '*What it means*\n'}${escapeMrkdwn(cutAtWord(detail, DETAIL_LIMIT))}`,
    ),
    ...(notice.kind === 'sees-again' ? [] : [actions(button('Status', 'sentinel.status'))]),
  ];
  return { text: lengthOf(text) <= FALLBACK_LIMIT ? text : cutAtWord(`${headline}.`, FALLBACK_LIMIT), blocks };
};
