import type { estypes } from '@elastic/elasticsearch';
import type { RejectedRow } from '#ports/telemetry-store.ts';
import type { EncodedRow } from './encode-rows.ts';
import { type FieldNames, queriedName } from './field-names.ts';

export interface Refusal {
  readonly row: RejectedRow;
  /** Its index has another type for a field, or no place for it. */
  readonly isMapping: boolean;
}

const MAPPING_TYPES: ReadonlySet<string> = new Set([
  'document_parsing_exception',
  'mapper_parsing_exception',
  'strict_dynamic_mapping_exception',
]);
const UNFIT_FIELD = /failed to parse field \[([^\]]+)\]/;
const IMMENSE_FIELD = /immense term in field="([^"]+)"/;
const TOO_MANY_FIELDS = /Limit of total fields/;
const TYPE_NAME = /^[a-z_]{1,80}$/;

/** Why Elasticsearch refuses a row with status 400, without its own text, which quotes what was sent. */
export const refusedRow = (
  fields: FieldNames,
  { kind, index }: EncodedRow,
  error: estypes.ErrorCause | undefined,
): Refusal => {
  const { type = '', reason = '' } = error ?? {};
  const text = reason ?? '';
  const named = (pattern: RegExp): string | null => {
    const stored = pattern.exec(text)?.[1];
    return stored === undefined ? null : queriedName(fields, kind, stored);
  };
  const refusal = (isMapping: boolean, field: string | null, words: string): Refusal => ({
    isMapping,
    row: { kind, index, field, reason: words },
  });
  if (IMMENSE_FIELD.test(text)) {
    const field = named(IMMENSE_FIELD);
    return refusal(false, field, `${field ?? 'a field'} is longer than Elasticsearch indexes`);
  }
  if (TOO_MANY_FIELDS.test(text)) {
    return refusal(true, null, 'the row has new fields, and its index in Elasticsearch has as many as it may');
  }
  if (MAPPING_TYPES.has(type)) {
    const field = named(UNFIT_FIELD);
    return refusal(true, field, `${field ?? 'the row'} does not fit the mapping of its index in Elasticsearch`);
  }
  return refusal(false, null, `Elasticsearch refused the row${TYPE_NAME.test(type) ? ` (${type})` : ''}`);
};
