type Scalar = string | number | boolean;

const isScalar = (value: unknown): value is Scalar =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** The values of a document's field, whichever way its path is nested and dotted. */
export const valuesAt = (value: unknown, path: string): readonly Scalar[] => {
  if (Array.isArray(value)) return value.flatMap((part) => valuesAt(part, path));
  if (path === '') return isScalar(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => {
    if (name === path) return valuesAt(part, '');
    return path.startsWith(`${name}.`) ? valuesAt(part, path.slice(name.length + 1)) : [];
  });
};

/** Every leaf of a document by its dotted path. */
export const leavesOf = (value: object, path = ''): readonly (readonly [string, unknown])[] =>
  Object.entries(value).flatMap(([name, part]: [string, unknown]): readonly (readonly [string, unknown])[] => {
    const here = path === '' ? name : `${path}.${name}`;
    if (typeof part === 'object' && part !== null && !Array.isArray(part)) return leavesOf(part, here);
    return [[here, part]];
  });
