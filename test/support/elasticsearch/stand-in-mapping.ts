interface Property {
  readonly type?: string;
  readonly dynamic?: boolean | string;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly fields?: Readonly<Record<string, Property>>;
}

export interface StandInMapping {
  readonly dynamic?: boolean | string;
  readonly properties?: Readonly<Record<string, Property>>;
  /** Path → type, of what is mapped by now. */
  readonly leaves?: Readonly<Record<string, string>>;
  /** Path of a sub-field → its field. */
  readonly parents?: Readonly<Record<string, string>>;
}

export type Fitted =
  | { readonly kind: 'fits'; readonly mapping: StandInMapping }
  | { readonly kind: 'refused'; readonly error: { readonly type: string; readonly reason: string } };

const MAX_LEAVES = 600;

export const toPatternTest = (pattern: string): ((name: string) => boolean) => {
  const expression = new RegExp(
    `^${pattern
      .split('*')
      .map((part) => RegExp.escape(part))
      .join('.*')}$`,
  );
  return (name) => expression.test(name);
};

const leavesIn = (properties: Readonly<Record<string, Property>>, path = ''): [string, string][] =>
  Object.entries(properties).flatMap(([name, property]): [string, string][] => {
    const here = path === '' ? name : `${path}.${name}`;
    if (property.properties) return leavesIn(property.properties, here);
    return property.type === undefined || property.type === 'object' ? [] : [[here, property.type]];
  });

const dynamicRoots = (properties: Readonly<Record<string, Property>>): readonly string[] =>
  Object.entries(properties).flatMap(([name, property]) => (property.dynamic === true ? [`${name}.`] : []));

const isWhole = (value: unknown, limit: number): boolean =>
  Number.isInteger(Number(value)) && Math.abs(Number(value)) <= limit;

const fitsType = (type: string, value: unknown): boolean => {
  if (value === null) return true;
  if (typeof value === 'object') return false;
  switch (type) {
    case 'date':
      return typeof value === 'number' || !Number.isNaN(Date.parse(String(value)));
    case 'integer':
      return isWhole(value, 2_147_483_647);
    case 'long':
      return isWhole(value, 2 ** 63);
    case 'double':
    case 'float':
      return Number.isFinite(Number(value));
    case 'boolean':
      return typeof value === 'boolean' || value === 'true' || value === 'false';
    default:
      return true;
  }
};

const refuse = (type: string, reason: string): Fitted => ({ kind: 'refused', error: { type, reason } });

/** What the mapping says of a document; it grows by the new fields below an object that is dynamic. */
export const fitDocument = (mapping: StandInMapping, leaves: readonly (readonly [string, unknown])[]): Fitted => {
  const known: Record<string, string> = { ...mapping.leaves };
  const dynamic = dynamicRoots(mapping.properties ?? {});
  for (const [path, value] of leaves) {
    const type = known[path];
    if (type !== undefined) {
      if (!fitsType(type, value)) {
        return refuse('document_parsing_exception', `[1:1] failed to parse field [${path}] of type [${type}]`);
      }
      continue;
    }
    if (path.split('.').some((part) => part === '') && path.endsWith('.')) {
      return refuse('document_parsing_exception', 'Field name cannot be an empty string');
    }
    if (dynamic.some((root) => path.startsWith(root))) {
      if (Object.keys(known).length < MAX_LEAVES) known[path] = 'keyword';
      continue;
    }
    if (mapping.dynamic === 'strict') {
      const reason = `[1:1] mapping set to strict, dynamic introduction of [${path}] within [_doc] is not allowed`;
      return refuse('strict_dynamic_mapping_exception', reason);
    }
    known[path] = typeof value === 'number' ? (Number.isInteger(value) ? 'long' : 'float') : 'text';
  }
  return { kind: 'fits', mapping: { ...mapping, leaves: known } };
};

/** Sub-field, type and field. */
const subFieldsIn = (properties: Readonly<Record<string, Property>>, path = ''): [string, string, string][] =>
  Object.entries(properties).flatMap(([name, property]): [string, string, string][] => {
    const here = path === '' ? name : `${path}.${name}`;
    if (property.properties) return subFieldsIn(property.properties, here);
    return Object.entries(property.fields ?? {}).map(([sub, { type = '' }]) => [`${here}.${sub}`, type, here]);
  });

/** The mapping of an index before its first document. */
export const withLeaves = (mapping: StandInMapping): StandInMapping => {
  const below = subFieldsIn(mapping.properties ?? {});
  return {
    ...mapping,
    leaves: Object.fromEntries([
      ...leavesIn(mapping.properties ?? {}),
      ...below.map(([sub, type]): [string, string] => [sub, type]),
    ]),
    parents: Object.fromEntries(below.map(([sub, , field]): [string, string] => [sub, field])),
  };
};
