import { quoteName } from '#esql/print/quote-name.ts';
import type { Schema } from '#esql/schema.ts';
import { SECOND_MS } from '#kernel/duration.ts';
import { findFields, nearFields } from './find-field.ts';
import {
  ANSWERED_SPAN,
  type Found,
  groupedBy,
  type GroupKey,
  PATTERN,
  type Rule,
  textAt,
  typeOfField,
} from './phrase.ts';
import { MEAN_PER_SECOND, PER_SECOND } from './read-shape.ts';
import { readSpan } from './read-span.ts';
import type { Word } from './read-words.ts';

const KINDS: readonly (GroupKey & { readonly said: readonly string[] })[] = [
  {
    said: ['service', 'services', 'svc', 'svcs', 'app', 'apps'],
    name: 'service',
    field: 'service.name',
    esql: 'service.name',
  },
  { said: ['level', 'levels', 'severity'], name: 'level', field: 'level', esql: 'level' },
  { said: ['status', 'statuses', 'code', 'codes'], name: 'status', field: 'status_code', esql: 'status_code' },
  {
    said: ['host', 'hosts', 'pod', 'pods', 'node', 'nodes', 'machine'],
    name: 'host',
    field: 'host.name',
    esql: 'host.name',
  },
  { said: ['message', 'messages', 'text'], name: 'message', field: 'message', esql: 'message' },
  { said: ['pattern', 'patterns', 'kind', 'kinds', 'type', 'types'], name: 'pattern', field: 'message', esql: PATTERN },
  { said: ['operation', 'operations', 'span'], name: 'operation', field: 'span.name', esql: 'span.name' },
  { said: ['metric', 'metrics'], name: 'metric', field: 'metric.name', esql: 'metric.name' },
];
// A span is called as its route is, where nothing else tells that.
const ROUTE_OF_SPANS: GroupKey = {
  name: 'the name of server spans',
  field: 'span.name',
  esql: 'span.name',
  needs: ANSWERED_SPAN,
};
const ROUTES = new Set(['endpoint', 'endpoints', 'route', 'routes']);

const SERVICES: GroupKey = { name: 'service', field: 'service.name', esql: 'service.name' };

type Key = GroupKey & { readonly ofSpans?: GroupKey };

/** What a word groups by; the fields that it may be, where it may be several; null: nothing that telemetry has. */
const keyOf = (said: string, schema: Schema): Key | { readonly oneOf: readonly string[] } | null => {
  const kind = KINDS.find((candidate) => candidate.said.includes(said));
  if (kind !== undefined) return { name: kind.name, field: kind.field, esql: kind.esql };
  if (said === '') return null;
  const [inLogs, inSpans, inMetrics] = (['logs', 'spans', 'metrics'] as const).map((index) =>
    findFields(said, index, schema),
  );
  const several = [inLogs, inSpans, inMetrics].find((fields) => fields !== undefined && fields.length > 1);
  if (several !== undefined) return { oneOf: several };
  const ofLogs = inLogs?.[0];
  const spansKey = inSpans?.[0] === undefined ? (ROUTES.has(said) ? ROUTE_OF_SPANS : null) : keyOfField(inSpans[0]);
  if (ofLogs !== undefined) return { ...keyOfField(ofLogs), ...(spansKey === null ? {} : { ofSpans: spansKey }) };
  if (spansKey !== null) return spansKey;
  return inMetrics?.[0] === undefined ? null : keyOfField(inMetrics[0]);
};

const keyOfField = (field: string): GroupKey => ({ name: field, field, esql: quoteName(field) });

// Rows always have these.
const ALWAYS_THERE = new Set(['service.name', 'level', 'message', 'span.name', 'metric.name']);

/** "top 5 routes" are no lines without one. */
const ofKind = (key: Key): Key =>
  ALWAYS_THERE.has(key.field) ? key : { ...key, needs: `${quoteName(key.field)} IS NOT NULL` };

const groupBy = (key: Key, used: number): Found => ({
  part: { kind: 'group', ...key },
  means: groupedBy(key.name),
  isSure: true,
  used,
});

/** "by service", "per minute", "every 5 minutes", "which hosts", "broken down by level", "by service and level". */
export const readGroup: Rule = (words, at, { schema }) => {
  const lead = groupLead(words, at) ?? furtherLead(words, at);
  if (lead === null) return null;
  const said = textAt(words, at + lead);
  const span = readSpan(words, at + lead);
  if (span !== null && textAt(words, at) !== 'which' && textAt(words, at) !== 'what' && lead > 0) {
    const isPer = textAt(words, at) === 'per';
    const isPerSecond = isPer && span.ms === SECOND_MS;
    const eachSpan: GroupKey = {
      name: 'time',
      field: '@timestamp',
      esql: `BUCKET(@timestamp, ${span.esql})`,
      ...(isPer ? { isPer } : {}),
    };
    return {
      part: { kind: 'group', ...(isPerSecond ? PER_SECOND : eachSpan) },
      means: isPerSecond ? MEAN_PER_SECOND : `each ${span.esql}`,
      isSure: true,
      used: lead + span.used,
    };
  }
  const key = keyOf(said, schema);
  // "by latency" orders by what each row has its own number of.
  if (key === null || 'oneOf' in key || typeOfField(schema, key.field) === 'double') return null;
  const code = said === 'status' && textAt(words, at + lead + 1) === 'code' ? 1 : 0;
  const isListed = textAt(words, at) === 'which' || textAt(words, at) === 'what';
  return groupBy(isListed ? ofKind(key) : key, lead + 1 + code);
};

const BY = new Set(['by', 'per', 'each', 'every', 'which', 'what']);

const groupLead = (words: readonly Word[], at: number): number | null => {
  const said = textAt(words, at);
  if (['grouped', 'split', 'counted', 'group'].includes(said) && textAt(words, at + 1) === 'by') return 2;
  if (said === 'broken' && textAt(words, at + 1) === 'down' && textAt(words, at + 2) === 'by') return 3;
  if (said === 'for' && ['each', 'every'].includes(textAt(words, at + 1))) return 2;
  return BY.has(said) ? 1 : null;
};

const UNITS = /^(?:second|minute|min|hour|day|week)$/u;

/** After "by service": "and host", or "host" behind a comma. */
const furtherLead = (words: readonly Word[], at: number): number | null => {
  const lead = textAt(words, at) === 'and' ? 1 : words[at]?.isAfterComma === true ? 0 : null;
  if (lead === null) return null;
  let first = at - 1;
  const isKey = (said: string): boolean =>
    said === 'and' || UNITS.test(said) || KINDS.some((kind) => kind.said.includes(said));
  while (isKey(textAt(words, first))) first -= 1;
  return first < at - 1 && ['by', 'per'].includes(textAt(words, first)) ? lead : null;
};

/** "by path" where telemetry has no such field, or several: what there is instead. */
export const readUnknownGroup: Rule = (words, at, { schema }) => {
  const first = textAt(words, at);
  const lead = first === 'by' || first === 'per' ? 1 : groupLead(words, at);
  if (lead === null || (lead === 1 && first !== 'by' && first !== 'per')) return null;
  const said = textAt(words, at + lead);
  if (!/^[a-z_@][\w.@-]+$/u.test(said)) return null;
  const key = keyOf(said, schema);
  const near = nearFields(said, schema);
  const means =
    key !== null && 'oneOf' in key
      ? `by ${key.oneOf.slice(0, 3).join(' or ')}? Name one of them`
      : `telemetry has no field ${said}${near.length === 0 ? '' : `; there is ${near.join(', ')}`}`;
  return { part: { kind: 'noise' }, means, isSure: false, used: lead + 1 };
};

const DRAWN = new Set(['plot', 'graph', 'chart', 'draw']);
const DRAWN_AFTER = new Set(['', 'a', 'me', 'as', 'please', 'show']);

/** "plot errors", "show a graph of errors"; elsewhere a word like others. */
export const isDrawn = (words: readonly Word[], at: number): boolean =>
  DRAWN.has(textAt(words, at)) && DRAWN_AFTER.has(textAt(words, at - 1));

/** "over time", "timeline", "trend"; "plot errors". */
export const readOverTime: Rule = (words, at) => {
  const said = textAt(words, at);
  const isGrouped = words.some(({ text }) => ['by', 'per', 'each', 'every', 'over'].includes(text));
  if (isDrawn(words, at) && !isGrouped)
    return { part: { kind: 'over-time' }, means: 'over time', isSure: true, used: 1 };
  const used =
    said === 'over' && textAt(words, at + 1) === 'time' ? 2 : ['timeline', 'trend', 'histogram'].includes(said) ? 1 : 0;
  return used === 0 ? null : { part: { kind: 'over-time' }, means: 'over time', isSure: true, used };
};

const LISTED = new Set(
  'services svcs hosts pods levels endpoints operations routes paths urls pattern patterns'.split(' '),
);
// "the slowest service"
const FIRST_OF = new Set('slowest busiest noisiest top'.split(' '));
const ONE = new Set('service host pod endpoint operation route'.split(' '));
const DISTINCT = new Set(['distinct', 'unique', 'different']);

const ERRORS = new Set(['error', 'errors', 'exception', 'exceptions', 'warning', 'warnings']);

/** "from all services", "across all of the services", "everywhere" */
export const readAllServices: Rule = (words, at) => {
  if (isEverywhere(words, at)) return allServices(1);
  if (!ALL_LEADS.has(textAt(words, at)) || !/^(?:all|any|every)$/u.test(textAt(words, at + 1))) return null;
  let end = at + 2;
  if (textAt(words, end) === 'of') end += 1;
  if (textAt(words, end) === 'the') end += 1;
  return /^(?:services?|svcs|apps?)$/u.test(textAt(words, end)) ? allServices(end + 1 - at) : null;
};

export const isEverywhere = (words: readonly Word[], at: number): boolean =>
  /^(?:every|any)where$/u.test(textAt(words, at));

const ALL_LEADS = new Set('from in of on across over among for'.split(' '));

const allServices = (used: number): Found => ({
  part: { kind: 'noise', areAllServices: true },
  means: 'all services',
  isSure: true,
  used,
});

/** "how many hosts", "how many distinct users": how many of a kind there are. */
export const readHowManyOf: Rule = (words, at, { schema }) => {
  if (textAt(words, at) !== 'how' || textAt(words, at + 1) !== 'many') return null;
  const lead = DISTINCT.has(textAt(words, at + 2)) ? 1 : 0;
  const said = textAt(words, at + 2 + lead);
  const key = COUNTED.has(said) || lead === 1 ? keyOf(said, schema) : null;
  if (key === null || 'oneOf' in key || key.field === 'span.name' || key.esql !== quoteName(key.field)) return null;
  const measure = {
    aggregates: [`distinct = COUNT_DISTINCT(${key.esql})`],
    computed: null,
    orderBy: 'distinct',
    field: key.field,
    of: null,
  };
  return {
    part: { kind: 'measure', measure },
    means: `how many values of ${key.field} there are`,
    isSure: true,
    used: 3 + lead,
  };
};

const COUNTED = new Set('services svcs hosts pods nodes users customers accounts tenants sessions'.split(' '));

/** "services", "unique hosts": several of a kind, with their numbers; "messages" only where the most common ones are asked for. */
export const readListed: Rule = (words, at, { schema }) => {
  const lead = DISTINCT.has(textAt(words, at)) ? 1 : 0;
  const said = textAt(words, at + lead);
  if (lead === 1 && ERRORS.has(said))
    return {
      part: { kind: 'group', name: 'pattern', field: 'message', esql: PATTERN },
      means: groupedBy('pattern'),
      isSure: true,
      used: 1,
    };
  const isCodes = said === 'status' && textAt(words, at + lead + 1) === 'codes';
  if (isCodes) {
    const codes = keyOf(said, schema);
    return codes === null || 'oneOf' in codes ? null : groupBy(ofKind(codes), lead + 2);
  }
  const isMost = said === 'who' && lead === 0 && words.some(({ text }) => text === 'most' || text === 'top');
  if (isMost) return groupBy(SERVICES, 1);
  const isRanked = [textAt(words, at - 1), textAt(words, at - 2)].some(
    (before) => before === 'top' || before === 'common' || before === 'frequent',
  );
  const isOne = FIRST_OF.has(textAt(words, at - 1)) && ONE.has(said);
  if (!LISTED.has(said) && !isOne && !((isRanked || lead === 1) && said === 'messages')) return null;
  const key = keyOf(said, schema);
  return key === null || 'oneOf' in key ? null : groupBy(ofKind(key), lead + 1);
};
