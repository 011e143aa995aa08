import { TELEMETRY_KINDS, type TelemetryKind } from '#ports/telemetry-rules/telemetry-tables.ts';
import { TELEMETRY_SCHEMA } from '#ports/telemetry-schema.ts';
import type { ElasticsearchOptions } from './elasticsearch-options.ts';
import { FIELD_LOSSES, type Loss, NO_ERROR_SIGNAL, SOURCE_LOSSES } from './field-losses.ts';
import { storedName } from './field-names.ts';
import type { MappedField } from './mapped-fields.ts';
import { ownsIndices, readPattern } from './own-indices.ts';
import type { FieldSource, ReadFields } from './read-fields.ts';

/** Where one field of queries comes from. */
export interface FieldReport {
  /** As queries call it. */
  readonly field: string;
  /** As documents call it. */
  readonly stored: string;
  /** E.g. `keyword`, or `keyword in app-1, text in app-2 and app-3`; null: nowhere mapped. */
  readonly mappedAs: string | null;
  /** What is done with it, or where it is missing, in phrases. */
  readonly notes: readonly string[];
  /** Of every row; null: nothing, or not of all. */
  readonly loss: Loss | null;
  /** Indices whose rows lose it where not every row does. */
  readonly missingIn: readonly string[];
}

/** What only the rows of some indices lose. */
export interface PartialLoss {
  /** E.g. `app-1, app-2, app-3 and 4 more`. */
  readonly indices: string;
  readonly what: string;
}

/** What a kind of telemetry is read from. */
export interface SourceReport {
  readonly kind: TelemetryKind;
  readonly pattern: string;
  /** Sentinel's own indices have every field. */
  readonly isOwn: boolean;
  readonly indices: number;
  readonly fields: readonly FieldReport[];
  readonly losses: readonly Loss[];
  readonly partialLosses: readonly PartialLoss[];
}

const NAMED_INDICES = 3;

const nameSome = (indices: readonly string[]): string => {
  const named = indices.slice(0, NAMED_INDICES).join(', ');
  const rest = indices.length - NAMED_INDICES;
  return rest > 0 ? `${named} and ${rest} more` : named;
};

const describeTypes = ({ types }: MappedField): string =>
  [...types]
    .map(([type, where]) => (where === null || types.size === 1 ? type : `${type} in ${nameSome(where)}`))
    .join(', ');

const describeConversion = (source: FieldSource, mapped: MappedField): readonly string[] => {
  if (source.kind === 'field') return source.name === mapped.subField ? [`read from ${source.name}`] : [];
  if (source.kind === 'absent') return [];
  switch (source.conversion.kind) {
    case 'cast':
      return [`converted to ${source.conversion.type}`];
    case 'divide':
      return [`divided by ${source.conversion.by.toLocaleString('en')}`];
    case 'lower-case':
      return ['read in lower case'];
    case 'words':
      return ['in other words'];
  }
};

const reportField = (
  options: ElasticsearchOptions,
  kind: TelemetryKind,
  { sources, mapped }: ReadFields,
  field: string,
): FieldReport => {
  const stored = storedName(options.fields, kind, field);
  const source = sources.get(field);
  const own = mapped.fields.get(stored);
  const lost = FIELD_LOSSES[kind][field] ?? null;
  const nowhere = { field, stored, loss: lost, missingIn: [] };
  if (!own || !source) return { ...nowhere, mappedAs: null, notes: ['missing'] };
  const mappedAs = describeTypes(own);
  if (source.kind === 'absent') return { ...nowhere, mappedAs, notes: ['of a type that ES|QL does not read'] };
  const missingIn = own.unmappedIn;
  const partly = missingIn.length === 0 ? [] : [`missing in ${nameSome(missingIn)}`];
  return { field, stored, mappedAs, notes: [...describeConversion(source, own), ...partly], loss: null, missingIn };
};

const lossesOf = (kind: TelemetryKind, fields: readonly FieldReport[]): readonly Loss[] => {
  const lost = fields.flatMap(({ loss }) => (loss === null ? [] : [loss]));
  const isLost = (name: string): boolean => fields.some(({ field, loss }) => field === name && loss !== null);
  return kind === 'logs' && isLost('level') && isLost('status_code') ? [...lost, NO_ERROR_SIGNAL] : lost;
};

const partialLossesOf = (
  kind: TelemetryKind,
  fields: readonly FieldReport[],
  indices: readonly string[],
): readonly PartialLoss[] => {
  const partial = fields.flatMap(({ field, missingIn }) => {
    const lost = FIELD_LOSSES[kind][field];
    return lost === undefined || missingIn.length === 0 ? [] : [{ indices: nameSome(missingIn), what: lost.what }];
  });
  if (kind !== 'logs') return partial;
  const isWithout = (index: string) => (name: string) =>
    fields.some(({ field, loss, missingIn }) => field === name && (loss !== null || missingIn.includes(index)));
  const silent = indices.filter((index) => ['level', 'status_code'].every(isWithout(index)));
  // Where it is all of them, it is a loss of the whole source.
  const isPartial = silent.length > 0 && silent.length < indices.length;
  return isPartial ? [...partial, { indices: nameSome(silent), what: NO_ERROR_SIGNAL.what }] : partial;
};

/** What each kind of telemetry is read from, what is missing there, and what Sentinel cannot do for it. */
export const reportFields = (
  options: ElasticsearchOptions,
  fieldsOf: (kind: TelemetryKind) => ReadFields,
): readonly SourceReport[] =>
  TELEMETRY_KINDS.map((kind) => {
    const pattern = readPattern(options, kind);
    const read = fieldsOf(kind);
    const indices = read.mapped.indices.length;
    if (ownsIndices(options, kind))
      return { kind, pattern, isOwn: true, indices, fields: [], losses: [], partialLosses: [] };
    if (indices === 0)
      return { kind, pattern, isOwn: false, indices, fields: [], losses: [SOURCE_LOSSES[kind]], partialLosses: [] };
    const known = [...TELEMETRY_SCHEMA[kind].fields.keys()];
    const fields = known.map((field) => reportField(options, kind, read, field));
    const partialLosses = partialLossesOf(kind, fields, read.mapped.indices);
    return { kind, pattern, isOwn: false, indices, fields, losses: lossesOf(kind, fields), partialLosses };
  });

/** A sentence for each loss that detection has. */
export const detectionGaps = (sources: readonly SourceReport[]): readonly string[] =>
  sources.flatMap(({ pattern, indices, fields, losses }) =>
    losses
      .filter(({ blindsDetection }) => blindsDetection)
      .map((lost) => {
        const field = fields.find(({ loss }) => loss === lost);
        if (indices === 0) return `No index in Elasticsearch fits ${pattern}: ${lost.what}.`;
        return field === undefined
          ? `${pattern}: ${lost.what}.`
          : `${pattern} has no ${field.stored} that can be read: ${lost.what}.`;
      }),
  );
