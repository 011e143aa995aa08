export type FieldValue = string | number | boolean | readonly unknown[];

const MAX_DEPTH = 8;
export const MAX_FIELDS_PER_LINE = 256;

export type FlattenOutcome =
  | { readonly kind: 'fields'; readonly fields: ReadonlyMap<string, FieldValue> }
  | { readonly kind: 'refused'; readonly reason: string };

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Turns nested objects into dotted names: {service: {name}} is "service.name". Nulls are absent. */
export const flattenObject = (object: Readonly<Record<string, unknown>>): FlattenOutcome => {
  const fields = new Map<string, FieldValue>();
  const walk = (value: Readonly<Record<string, unknown>>, prefix: string, depth: number): string | null => {
    if (depth > MAX_DEPTH) return `objects are nested deeper than ${MAX_DEPTH}`;
    for (const [key, member] of Object.entries(value)) {
      if (member === null || member === undefined) continue;
      const name = `${prefix}${key}`;
      if (isObject(member)) {
        const reason = walk(member, `${name}.`, depth + 1);
        if (reason !== null) return reason;
      } else {
        fields.set(name, member as FieldValue);
        if (fields.size > MAX_FIELDS_PER_LINE) return `more than ${MAX_FIELDS_PER_LINE} fields`;
      }
    }
    return null;
  };
  const reason = walk(object, '', 1);
  return reason === null ? { kind: 'fields', fields } : { kind: 'refused', reason };
};
