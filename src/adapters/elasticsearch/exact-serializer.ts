import { Serializer } from '@elastic/elasticsearch';

// Shorter numbers, and those with a fraction or an exponent, are read as doubles without loss of what they say.
const MAY_HOLD_LONG = /[\d]{16}/;
const WHOLE = /^-?\d+$/;

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

const exactly: Reviver = (_, value, { source = '' }) =>
  typeof value === 'number' && !Number.isSafeInteger(value) && WHOLE.test(source) ? BigInt(source) : value;

/** Reads whole numbers that a double cannot hold as bigints. */
export class ExactSerializer extends Serializer {
  override deserialize<T = unknown>(json: string): T {
    // The client's own way refuses what would change prototypes.
    const read = super.deserialize<T>(json);
    return MAY_HOLD_LONG.test(json) ? (JSON.parse(json, exactly as Parameters<typeof JSON.parse>[1]) as T) : read;
  }
}
