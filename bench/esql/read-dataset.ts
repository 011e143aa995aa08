import type { Dataset, Mapping } from './read-manifest.ts';
import { readTable, type SpecTable } from './read-table.ts';

/** A field of a mapping is typed by it, one that only the rows have by their header. */
const typeIn = (dataset: Dataset, mapping: Mapping | null, field: string): string | null | undefined => {
  const given = dataset.types.get(field);
  if (given !== undefined) return given;
  const mapped = mapping?.types.get(field);
  if (mapped !== undefined) return mapped;
  return mapping?.isDynamic === false ? null : undefined;
};

/** The header that a file of no rows would have. */
const headerOf = (mapping: Mapping): string => [...mapping.types].map(([name, type]) => `${name}:${type}`).join(',');

/** An index with the rows of a file, or none; null where neither rows nor fields are told. */
export const readDataset = (
  dataset: Dataset,
  text: string | null | undefined,
  mapping: Mapping | null,
): SpecTable | null => {
  const rows = text ?? (mapping ? headerOf(mapping) : null);
  return rows === null ? null : readTable(dataset.index, rows, (field) => typeIn(dataset, mapping, field));
};
