import { queryOfLines, waterfallOf } from '#capabilities/traces/index.ts';
import type { CardMessage } from '../cards/blocks.ts';
import { traceCard } from '../cards/trace/trace-card.ts';
import { traceSentence } from '../cards/trace/trace-words.ts';
import { runNew } from './answer-query.ts';
import type { ListenerDeps } from './listener-deps.ts';
import { type Place, sharePicture } from './share-picture.ts';

export const answerTrace = async (deps: ListenerDeps, traceId: string): Promise<CardMessage> =>
  traceCard(await deps.commands.readTrace(traceId), deps.clock.now());

/** Every log line of a trace, as an answer of its own. */
export const showLines = (deps: ListenerDeps, traceId: string, place: Place): Promise<CardMessage> =>
  runNew(deps, { query: queryOfLines(traceId), range: null, incident: null }, place);

/** For everybody where the button was clicked: a picture cannot be shown to one person alone. */
export const showWaterfall = async (deps: ListenerDeps, traceId: string, place: Place): Promise<CardMessage | null> => {
  const outcome = await deps.commands.readTrace(traceId);
  // Its spans may be gone by now.
  if (outcome.kind !== 'found' || outcome.trace === null) return traceCard(outcome, deps.clock.now());
  const sentence = traceSentence(outcome, outcome.trace);
  const png = await deps.chartRenderer.renderWaterfall(waterfallOf(outcome, outcome.trace));
  await sharePicture(deps, place, {
    name: `trace-${outcome.traceId.replace(/[^0-9A-Za-z]/gu, '-')}.png`,
    png,
    altText: `Waterfall of a trace. ${sentence.plain}`,
    sentence: sentence.mrkdwn,
  });
  return null;
};
