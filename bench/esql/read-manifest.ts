import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

/** An index of Elastic's suites that is more than its file: other indices share it, or type its fields otherwise. */
export interface Dataset {
  readonly index: string;
  /** File of its rows; null: it has none. */
  readonly data: string | null;
  /** File of its mapping, as Elasticsearch takes it. */
  readonly mapping: string | null;
  /** Types of fields, instead of those of the file; null: the index does not have the field. */
  readonly types: ReadonlyMap<string, string | null>;
}

const MANIFEST = 'spec_data.yml';
/** Where the indices are told before there was a manifest, from the folder of the suites. */
const LOADER = '../java/org/elasticsearch/xpack/esql/CsvTestsDataLoader.java';

const readOrNull = async (path: string): Promise<string | null> => {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return null;
  }
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const typesIn = (...maps: readonly unknown[]): Dataset['types'] =>
  new Map(
    maps.flatMap((map) => (isObject(map) ? Object.entries(map) : [])).map(([name, type]) => [name, textOrNull(type)]),
  );

const fromManifest = (text: string): readonly Dataset[] => {
  const root: unknown = parse(text);
  const indices: unknown = isObject(root) ? root['indices'] : null;
  return (Array.isArray(indices) ? indices : []).flatMap((entry: unknown) => {
    const index = isObject(entry) ? textOrNull(entry['index']) : null;
    if (!isObject(entry) || index === null) return [];
    const types = typesIn(entry['type_mapping'], entry['dynamic_type_mapping']);
    return [{ index, data: textOrNull(entry['data']), mapping: textOrNull(entry['mapping']), types }];
  });
};

const DECLARED = /Tests?Dataset (\w+) =([^;]+);/g;
const MADE = /new Tests?Dataset\(\s*([^)]*)\)/;
const STRINGS = /"([^"]*)"/g;
const CHANGED = /\.with(Index|Data|TypeMapping|DynamicTypeMapping)\(((?:[^()]|\([^()]*\))*)\)/g;

const stringsIn = (text: string): readonly string[] => [...text.matchAll(STRINGS)].map(([, inner = '']) => inner);

const pairsIn = (texts: readonly string[]): ReadonlyMap<string, string> =>
  new Map(texts.flatMap((name, at) => (at % 2 === 0 ? [[name, texts[at + 1] ?? ''] as const] : [])));

/** The declarations of Elastic's loader, each of which makes a dataset or changes one above it. */
const fromLoader = (source: string): readonly Dataset[] => {
  const known = new Map<string, Dataset>();
  for (const [, name = '', declared = ''] of source.matchAll(DECLARED)) {
    const made = MADE.exec(declared);
    const [index = '', mapping = `mapping-${index}.json`, data = `${index}.csv`] = stringsIn(made?.[1] ?? '');
    let dataset = made
      ? { index, mapping, data, types: new Map<string, string>() }
      : known.get(/\w+/.exec(declared)?.[0] ?? '');
    if (!dataset) continue;
    for (const [, what, given = ''] of declared.matchAll(CHANGED)) {
      const texts = stringsIn(given);
      if (what === 'Index') dataset = { ...dataset, index: texts[0] ?? dataset.index };
      else if (what === 'Data') dataset = { ...dataset, data: texts[0] ?? dataset.data };
      else dataset = { ...dataset, types: new Map([...dataset.types, ...pairsIn(texts)]) };
    }
    known.set(name, dataset);
  }
  return [...known.values()];
};

/** The indices that a folder of Elastic's suites tells of, in the manifest or in the loader beside it; none elsewhere. */
export const readManifest = async (folder: string): Promise<readonly Dataset[]> => {
  const manifest = await readOrNull(join(folder, MANIFEST));
  if (manifest !== null) return fromManifest(manifest);
  const loader = await readOrNull(join(folder, LOADER));
  return loader === null ? [] : fromLoader(loader);
};

export interface Mapping {
  readonly types: ReadonlyMap<string, string>;
  /** Fields that it does not tell are there as well, in the way that they are written. */
  readonly isDynamic: boolean;
}

const addFields = (types: Map<string, string>, properties: unknown, prefix: string): void => {
  if (!isObject(properties)) return;
  for (const [name, field] of Object.entries(properties)) {
    if (!isObject(field)) continue;
    const path = `${prefix}${name}`;
    const type = textOrNull(field['type']);
    if (type !== null && type !== 'object' && type !== 'nested') types.set(path, type);
    addFields(types, field['properties'], `${path}.`);
    addFields(types, field['fields'], `${path}.`);
  }
};

/** The fields of a mapping by their paths; null where the file is none. */
export const readMapping = async (path: string): Promise<Mapping | null> => {
  const text = await readOrNull(path);
  if (text === null) return null;
  try {
    const root: unknown = JSON.parse(text);
    if (!isObject(root)) return null;
    const types = new Map<string, string>();
    addFields(types, root['properties'], '');
    return { types, isDynamic: root['dynamic'] !== false && root['dynamic'] !== 'false' };
  } catch {
    return null;
  }
};
