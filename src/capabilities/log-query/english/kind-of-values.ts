import { singular } from './read-words.ts';

/**
 * Whether the values of a metric add up, or tell each how something was at the time, or each how much there has been
 * since its sender began to count; null: nothing tells.
 */
export type KindOfValues = 'count' | 'state' | 'running-total' | null;

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

const CAME_ABOUT = set(
  'sent received completed complete failed succeeded accepted rejected created deleted opened closed started stopped finished processed consumed produced published delivered dropped evicted written placed cancelled canceled shipped sold paid charged refunded hit miss eviction restart retry throttled',
);

// The first of these that has a word of the name decides.
const TABLES: readonly { readonly kind: 'count' | 'state'; readonly words: ReadonlySet<string> }[] = [
  // A share or a statistic, of whatever it is.
  {
    kind: 'state',
    words: set(
      'ratio rate percent percentage pct share fraction utilization utilisation saturation average avg mean median max min p50 p75 p90 p95 p99 quantile per',
    ),
  },
  { kind: 'count', words: CAME_ABOUT },
  // How something is at a time.
  {
    kind: 'state',
    words: set(
      'usage used use utilized size depth lag level temperature temp free available availability active idle open busy waiting pending queued inflight flight outstanding current concurrent load length backlog queue limit capacity latency duration elapsed age delay uptime offset score health gauge remaining occupancy fill time second millisecond ms',
    ),
  },
  // What there are so many of.
  {
    kind: 'count',
    words: set(
      'order request payment error revenue amount sale fault failure exception event message call query login logout signup click view visit refund checkout transaction purchase job task email notification timeout read write operation op invocation execution conversion registration upload download',
    ),
  },
  // What is full, hot or there.
  {
    kind: 'state',
    words: set(
      'memory heap cpu disk swap pool connection thread session socket goroutine worker node pod replica host instance battery voltage current humidity pressure speed cache buffer file fd stock price balance user',
    ),
  },
  // Of what nothing else is said.
  { kind: 'count', words: set('byte packet') },
];

const SUMMED_ENDS = set('total count sum counter');
// What there is so much of, so that `memory.total` and `thread.count` add up to nothing.
const THERE = set(
  'memory heap disk cpu swap thread session connection pool pod node replica instance worker socket goroutine file fd queue active open idle free used pending user',
);

/** By the words of the metric's name, whatever writes it: `db.connections.active`, `http_requests_total`, `queueDepth`. */
export const kindOfValues = (metric: string): KindOfValues => {
  const words = wordsOfMetric(metric);
  if (SUMMED_ENDS.has(words.at(-1) ?? '')) {
    const isThere =
      words.some((word) => THERE.has(word)) && !words.some((word) => word === 'second' || CAME_ABOUT.has(word));
    return isThere ? 'state' : 'count';
  }
  return TABLES.find((table) => words.some((word) => table.words.has(word)))?.kind ?? null;
};

/** The words of a metric's name in small letters, each in the singular. */
export const wordsOfMetric = (metric: string): readonly string[] =>
  metric
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map(singularWord);

const IRREGULAR: Readonly<Record<string, string>> = {
  queries: 'query',
  retries: 'retry',
  misses: 'miss',
  hits: 'hit',
  jobs: 'job',
  ops: 'op',
  pods: 'pod',
  fds: 'fd',
  batteries: 'battery',
  replicas: 'replica',
};

const singularWord = (word: string): string =>
  Object.hasOwn(IRREGULAR, word) ? (IRREGULAR[word] ?? word) : singular(word);
