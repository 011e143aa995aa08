import type { Row } from '#database/schema.ts';
import type { TimelineEntry, TimelineEvent } from '#ports/incident-board.ts';

/** Dates in an event are stored as ISO strings; written only by `addTimelineEntry`. */
export const timelineEntryOf = (row: Row<'timeline_entries'>): TimelineEntry => {
  const stored = row.event as TimelineEvent;
  const event = stored.kind === 'recovered' ? { ...stored, quietSince: new Date(stored.quietSince) } : stored;
  return { id: row.id, at: row.at, actor: row.actor, event };
};
