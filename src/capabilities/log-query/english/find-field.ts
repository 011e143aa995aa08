import { FIELD_SYNONYMS } from '#esql/field-synonyms.ts';
import type { Schema } from '#esql/schema.ts';
import { nearestNames } from '#kernel/nearest-names.ts';
import type { Index } from './phrase.ts';

/** What a request was for, the most general first: a route stands for many paths. */
const ROUTE_FIELDS = ['http.route', 'url.template', 'route', 'endpoint'];
const PATH_FIELDS = ['url.path', 'http.target', 'request.path', 'path', 'url.full', 'http.url', 'url', 'uri'];

const ALSO_CALLED: Readonly<Record<string, readonly string[]>> = {
  route: [...ROUTE_FIELDS, ...PATH_FIELDS],
  endpoint: [...ROUTE_FIELDS, ...PATH_FIELDS],
  path: [...PATH_FIELDS, ...ROUTE_FIELDS],
  url: [...PATH_FIELDS, ...ROUTE_FIELDS],
  uri: [...PATH_FIELDS, ...ROUTE_FIELDS],
  method: ['http.request.method', 'http.method', 'method', 'verb'],
  user: ['user.id', 'user.name', 'user'],
  customer: ['customer.id', 'customer'],
  version: ['service.version', 'version'],
  duration: ['duration_ms'],
  latency: ['duration_ms'],
};

/** Whether it is called as what holds a route, which some write with its method: `POST /orders`. */
export const isRouteField = (field: string): boolean => ROUTE_FIELDS.some((name) => endsWithName(field, plain(name)));

const MOST_NAMED = 3;

/** The field of an index by what people call it; several where it may be any of them, the likeliest first. */
export const findFields = (said: string, index: Index, schema: Schema): readonly string[] => {
  const fields = [...(schema.get(index)?.fields.keys() ?? [])];
  const written = fields.map((field) => ({ field, plain: plain(field.toLowerCase()) }));
  const ending = (name: string): readonly string[] => {
    const end = plain(name);
    return written.flatMap(({ field, plain: all }) => (all.endsWith(end) && endsWithName(field, end) ? [field] : []));
  };
  const wanted = said.toLowerCase();
  const singular = wanted.length > 3 && wanted.endsWith('s') ? wanted.slice(0, -1) : wanted;
  for (const name of new Set([wanted, singular])) {
    const exact = fields.filter((field) => [name, `attributes.${name}`].includes(field.toLowerCase()));
    if (exact.length > 0) return exact.slice(0, 1);
    const synonyms = fields.filter((field) => FIELD_SYNONYMS.get(field)?.has(name) === true);
    if (synonyms.length > 0) return synonyms.slice(0, 1);
    for (const called of Object.hasOwn(ALSO_CALLED, name) ? (ALSO_CALLED[name] ?? []) : []) {
      const [found] = ending(called);
      if (found !== undefined) return [found];
    }
    const named = ending(name);
    if (named.length > 0) return named;
  }
  return [];
};

/** `attributes.http.route` and `http_route` end with the name httproute, however it is written. */
const endsWithName = (field: string, end: string): boolean => {
  const parts = field.toLowerCase().split('.');
  return parts.some((_, at) => plain(parts.slice(at).join('')) === end);
};

const plain = (name: string): string => name.replaceAll(/[^\p{L}\p{N}]/gu, '');

/** Names of fields in any index that may be meant; those of lookup tables are there only once they are joined. */
export const nearFields = (said: string, schema: Schema): readonly string[] => {
  const all = [
    ...new Set([...schema.values()].flatMap(({ fields, isLookup }) => (isLookup ? [] : [...fields.keys()]))),
  ];
  const wanted = said.toLowerCase();
  const holding = wanted.length < 3 ? [] : all.filter((field) => field.toLowerCase().includes(wanted));
  if (holding.length > 0) return holding.slice(0, MOST_NAMED);
  const parts = [...new Set(all.flatMap((field) => [field, ...field.split('.')]))].filter((part) => part.length > 3);
  const near = new Set(nearestNames(wanted, parts));
  return all.filter((field) => [field, ...field.split('.')].some((part) => near.has(part))).slice(0, MOST_NAMED);
};
