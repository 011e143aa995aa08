import type { CardMessage } from '../cards/blocks.ts';
import { traceCard } from '../cards/trace-card.ts';
import type { ListenerDeps } from './listener-deps.ts';

export const answerTrace = async (deps: ListenerDeps, traceId: string): Promise<CardMessage> =>
  traceCard(await deps.commands.readTrace(traceId), deps.clock.now());
