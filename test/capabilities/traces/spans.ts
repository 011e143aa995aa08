import type { StoredSpan } from '#capabilities/traces/span.ts';

export const span = (spanId: string, changes: Partial<StoredSpan> = {}): StoredSpan => ({
  spanId,
  parentId: null,
  service: 'gateway',
  name: `work ${spanId}`,
  kind: 'server',
  peerService: null,
  startMs: 0,
  durationMs: 100,
  isError: false,
  ...changes,
});
