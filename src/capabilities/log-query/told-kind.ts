import type { KindOfValues } from './english/kind-of-values.ts';

/** The fields in which OTLP's senders tell what the values of a metric are, in the order that `toldKind` takes them. */
export const TOLD_FIELDS = [
  'attributes.metric.type',
  'attributes.metric.temporality',
  'attributes.metric.is_monotonic',
] as const;

/** What values add up to, of which each says how many there were. */
const PARTS_OF_HISTOGRAMS = /\.(?:count|sum)$/;

/**
 * What the values of a metric are by what its senders tell; null: they tell nothing. A cumulative sum that may fall is
 * how something is, and the count of a summary is cumulative. OpenTelemetry's metrics data model.
 */
export const toldKind = (
  name: string,
  [type = null, temporality = null, isMonotonic = null]: readonly (string | null)[],
): KindOfValues => {
  if (type === null) return null;
  if (type === 'gauge') return 'state';
  if (type !== 'sum' && !PARTS_OF_HISTOGRAMS.test(name)) return 'state';
  if (temporality === 'delta') return 'count';
  if (temporality !== 'cumulative' && type !== 'summary') return null;
  return type === 'sum' && isMonotonic !== 'true' ? 'state' : 'running-total';
};
