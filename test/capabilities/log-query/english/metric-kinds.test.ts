import { describe, expect, it } from 'vitest';
import { kindOfValues } from '#capabilities/log-query/english/kind-of-values.ts';
import { readQuestion } from '#capabilities/log-query/english/read-question.ts';
import { checkQuery } from '#esql/check-query.ts';
import { GROUND } from './ground.ts';

const METRICS = [
  'orders.completed',
  'orders.failed.total',
  'revenue.amount',
  'http.server.requests',
  'bytes.sent',
  'system.cpu.utilization',
  'process.memory.usage',
  'heap.used',
  'disk.used',
  'disk.used_share',
  'cache.hit_share',
  'queue.depth',
  'kafka.consumer.lag',
  'db.connections.active',
  'db.connections.waiting',
  'room.temperature',
  'widgets.flux',
];

/** Throws where the query would not run. */
const read = (question: string) => {
  const { query = '', isWhole, phrases } = readQuestion(question, { ...GROUND, metrics: METRICS }) ?? {};
  checkQuery(query, { schema: GROUND.schema });
  return { query: query.replaceAll('\n', ' '), isWhole, phrases };
};

const BY_MINUTE = 'BY time = BUCKET(@timestamp, 1 minute) | SORT time DESC';

describe('what a metric’s name says of its values', () => {
  it.each([
    'orders.completed',
    'payments_total',
    'http_requests_total',
    'errors.count',
    'request.duration.count',
    'latency_sum',
    'bytes.sent',
    'network.bytes',
    'revenue.amount',
    'queue.messages.sent',
    'cache.hits',
    'cache.misses',
    'connections.opened',
    'threads.started.total',
    'process_cpu_seconds_total',
    'user.logins',
    'signups',
  ])('counts add up: %s', (name) => {
    expect(kindOfValues(name)).toBe('count');
  });

  it.each([
    'system.cpu.utilization',
    'cpuUsage',
    'heap.bytes',
    'memory.free.bytes',
    'memory.total',
    'thread.count',
    'http.server.active_requests',
    'http.server.request.duration',
    'orders.pending.total',
    'queue.depth',
    'queue.messages',
    'kafka.consumer.lag',
    'error_rate',
    'failed.ratio',
    'cache.hit_share',
    'requests.per.second',
    'db.connections',
    'room.temperature',
    'fill.level',
    'latency.p95',
    'disk.used_percent',
  ])('states do not: %s', (name) => {
    expect(kindOfValues(name)).toBe('state');
  });

  it.each(['widgets.flux', 'foo', ''])('of others it says neither: “%s”', (name) => {
    expect(kindOfValues(name)).toBeNull();
  });
});

describe('how the values of a metric are put together', () => {
  it.each([
    ['orders completed per minute', 'orders.completed', 'total = SUM(value)'],
    ['how many orders completed per minute', 'orders.completed', 'total = SUM(value)'],
    ['revenue per minute', 'revenue.amount', 'total = SUM(value)'],
    ['bytes sent per minute', 'bytes.sent', 'total = SUM(value)'],
    ['http.server.requests per minute', 'http.server.requests', 'total = SUM(value)'],
    ['cpu usage per minute', 'system.cpu.utilization', 'average = AVG(value)'],
    ['cpu utilization per minute', 'system.cpu.utilization', 'average = AVG(value)'],
    ['memory usage per minute', 'process.memory.usage', 'average = AVG(value)'],
    ['heap used per minute', 'heap.used', 'average = AVG(value)'],
    ['disk used percent per minute', 'disk.used_share', 'average = AVG(value)'],
    ['cache hit rate per minute', 'cache.hit_share', 'average = AVG(value)'],
    ['queue length per minute', 'queue.depth', 'average = AVG(value)'],
    ['consumer lag per minute', 'kafka.consumer.lag', 'average = AVG(value)'],
    ['active db connections per minute', 'db.connections.active', 'average = AVG(value)'],
    ['how many db connections waiting per minute', 'db.connections.waiting', 'average = AVG(value)'],
    ['temperature per minute', 'room.temperature', 'average = AVG(value)'],
    ['widgets.flux per minute', 'widgets.flux', 'average = AVG(value)'],
    ['how many widgets per minute', 'widgets.flux', 'total = SUM(value)'],
    ['total cpu usage per minute', 'system.cpu.utilization', 'total = SUM(value)'],
    ['sum of queue depth per minute', 'queue.depth', 'total = SUM(value)'],
    ['average revenue per minute', 'revenue.amount', 'average = AVG(value)'],
    ['mean of revenue per minute', 'revenue.amount', 'average = AVG(value)'],
    ['max cpu usage per minute', 'system.cpu.utilization', 'maximum = MAX(value)'],
    ['highest queue depth per minute', 'queue.depth', 'maximum = MAX(value)'],
    ['peak heap used per minute', 'heap.used', 'maximum = MAX(value)'],
    ['lowest temperature per minute', 'room.temperature', 'minimum = MIN(value)'],
    ['queue depth max per minute', 'queue.depth', 'maximum = MAX(value)'],
    ['p95 of queue depth per minute', 'queue.depth', 'p95 = PERCENTILE(value, 95)'],
    ['median cpu usage per minute', 'system.cpu.utilization', 'median = MEDIAN(value)'],
  ])('“%s” is of %s: %s', (question, metric, aggregate) => {
    const { query, isWhole } = read(question);
    expect(query).toBe(`FROM metrics | WHERE metric.name == "${metric}" | STATS ${aggregate} ${BY_MINUTE}`);
    expect(isWhole).toBe(true);
  });

  it.each([
    ['revenue last hour', 'total = SUM(value)', '(over time, the sum of its values)'],
    ['metric revenue', 'total = SUM(value)', '(over time, the sum of its values)'],
    [
      'queue depth of gateway last hour',
      'average = AVG(value), maximum = MAX(value), n = COUNT(*)',
      '(over time, the average and the highest of its values)',
    ],
    [
      'revenue and queue depth last hour',
      'average = AVG(value), total = SUM(value), n = COUNT(*)',
      'metric revenue.amount (over time)',
    ],
  ])('“%s” names metrics alone, and is told over time: %s', (question, aggregates, means) => {
    const { query, phrases, isWhole } = read(question);
    expect(query).toMatch(/ BY (?:metric\.name, )?time = BUCKET\(@timestamp, 1 minute\) \| SORT time DESC$/u);
    expect(query).toContain(`| STATS ${aggregates} BY`);
    expect(phrases?.[0]?.means).toContain(means);
    expect(isWhole).toBe(true);
  });

  it.each(['latest revenue', 'revenue at 14:05', 'metrics last hour', 'metrics without revenue last hour'])(
    'lists the values themselves where those are asked for: “%s”',
    (question) => {
      expect(read(question).query).not.toContain('STATS');
    },
  );

  it.each([
    ['heap used by service', 'average = AVG(value), maximum = MAX(value), n = COUNT(*)', 'average'],
    ['revenue by service', 'total = SUM(value), average = AVG(value), n = COUNT(*)', 'total'],
    ['widgets.flux by service', 'average = AVG(value), total = SUM(value), n = COUNT(*)', 'average'],
  ])('“%s” tells what may be meant of it: %s', (question, aggregates, orderBy) => {
    expect(read(question).query).toContain(`| STATS ${aggregates} BY service.name | SORT ${orderBy} DESC`);
  });

  it('never makes one number of several metrics', () => {
    expect(read('orders completed and revenue per minute').query).toContain(
      '| STATS total = SUM(value) BY time = BUCKET(@timestamp, 1 minute), metric.name |',
    );
    expect(read('revenue and queue depth per minute').query).toContain(
      'STATS average = AVG(value), total = SUM(value)',
    );
    expect(readQuestion('revenue and orders by service', GROUND)?.query).toContain(
      'metric.name == "revenue.amount" OR metric.name == "orders.completed"',
    );
    expect(read('how many orders completed and queue depth').query).toContain('BY metric.name');
  });

  it.each([
    ['revenue per minute', 'each 1 minute, the sum of its values'],
    ['queue depth per minute', 'each 1 minute, the average of its values, which do not add up'],
    [
      'widgets.flux per minute',
      'each 1 minute, the average of its values, for its name does not tell whether they add up (if so: “total”)',
    ],
    ['total queue depth per minute', 'each 1 minute, the sum of its values'],
  ])('says of “%s” how: %s', (question, means) => {
    expect(read(question).phrases?.at(-1)?.means).toBe(means);
  });

  it.each([
    ['how many widgets', 'the sum of its values, as if they add up (if not: “average”)'],
    ['how many db connections active', 'the average of its values, which do not add up'],
  ])('says of “%s” how: %s', (question, means) => {
    expect(read(question).phrases?.[0]?.means).toBe(means);
  });
});

describe('which metric is meant', () => {
  it('asks where a part is of several names', () => {
    const { isWhole, phrases } = read('db connections per minute');
    expect(isWhole).toBe(false);
    expect(phrases?.[0]?.means).toBe('metric db.connections.active; or is it db.connections.waiting?');
  });

  it.each(['used per minute', 'server per minute'])(
    'takes a word that may be of anything for none: “%s”',
    (question) => {
      expect(read(question)).toMatchObject({ isWhole: false, query: expect.stringContaining('FROM logs') });
    },
  );

  it.each(['cpu errors', 'out of memory errors in payment', 'temperature warnings', 'logs containing cpu'])(
    'looks for a word of its name in lines where those are asked for: “%s”',
    (question) => {
      expect(read(question).query).toMatch(/^FROM logs .*LIKE/u);
    },
  );

  it('asks whether a service or a metric is meant beside what only requests have', () => {
    expect(read('failed orders')).toMatchObject({
      isWhole: false,
      query: expect.stringContaining('service.name == "order-service"'),
    });
  });
});

describe('what senders tell of a metric', () => {
  const METRIC_KINDS = new Map([
    ['widgets.flux', 'count'],
    ['orders.completed', 'running-total'],
    ['http.server.requests', 'running-total'],
    ['bytes.sent', 'state'],
  ] as const);
  const readTold = (question: string) => {
    const ground = { ...GROUND, metrics: METRICS, metricKinds: METRIC_KINDS };
    const { query = '', phrases = [], isWhole } = readQuestion(question, ground) ?? {};
    checkQuery(query, { schema: GROUND.schema });
    return { query: query.replaceAll('\n', ' '), isWhole, means: phrases.map(({ means }) => means).join('; ') };
  };

  it('goes before what its name says', () => {
    expect(readTold('widgets.flux per minute').query).toContain(`| STATS total = SUM(value) ${BY_MINUTE}`);
    expect(readTold('bytes.sent per minute').query).toContain(`| STATS average = AVG(value) ${BY_MINUTE}`);
  });

  it.each(['orders.completed per minute', 'total orders.completed per minute', 'sum of orders.completed per minute'])(
    'adds up no running totals: %s',
    (question) => {
      const { query, isWhole, means } = readTold(question);
      expect(query).toContain(`| STATS highest = MAX(value), lowest = MIN(value) ${BY_MINUTE}`);
      expect(means).toContain('a running total: what came is how far it rose');
      expect(isWhole).toBe(true);
    },
  );

  it('leaves a running total to whoever asks for another number of it', () => {
    expect(readTold('average orders.completed per minute').query).toContain('AVG(value)');
  });
});
