import { type CardBlock, context, header } from './blocks.ts';
import { helpCard } from './help-card.ts';
import { incidentListBlocks, type IncidentListView } from './incident/incident-list-card.ts';
import { formatCount } from './numbers.ts';
import { formatTime } from './times.ts';

/** The title is the answer. */
export const homeBlocks = (list: IncidentListView, now: Date): readonly CardBlock[] => [
  header(homeTitle(list.total)),
  context(`As of ${formatTime(now, now)} · open this tab again for the state then`),
  ...(list.total === 0 ? [] : incidentListBlocks(list, now).slice(1)),
  ...helpCard().blocks,
];

const homeTitle = (total: number): string => {
  if (total === 0) return 'No incident is open';
  return total === 1 ? '1 incident is open' : `${formatCount(total)} incidents are open`;
};
