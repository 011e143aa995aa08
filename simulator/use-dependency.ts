import { exponential, hex, logNormal } from './distributions.ts';
import { diskUsedShare } from './model.ts';
import { acquire, type Process, wait } from './process.ts';
import { type Failure, recordInner, remark, type Scope } from './scope.ts';
import { CONNECTION_LIMIT_MS, EXTERNALS, type Step } from './topology.ts';

type StepOf<Kind extends Step['kind']> = Extract<Step, { kind: Kind }>;

const QUERY_SIGMA = 0.5;
// One warning in so many requests: a dependency that is down would drown everything else.
export const WARN_SHARE = 0.1;
// Shorter waits would be a span in every request.
const SHOWN_WAIT_MS = 5;
const REFUSED_CONNECTION_MS = 1.5;
const REFUSED_WRITE_MS = 3;
const BANK_REFUSAL_MS = 24;

export function* runQuery(scope: Scope, step: StepOf<'query'>): Process<Failure | null> {
  const { events, random, model } = scope;
  const pool = model.connections[scope.service];
  if (!pool) return null;
  if (pool.waiting > 0 && random() < WARN_SHARE) {
    remark(
      scope,
      'warn',
      `waiting for a connection to ${pool.name} (active=${pool.active}, idle=0, waiting=${pool.waiting})`,
    );
  }
  const askedMs = events.nowMs;
  const isAcquired = yield* acquire(pool, CONNECTION_LIMIT_MS);
  const waited = { name: 'wait for connection', kind: 'internal', peerService: null, startMs: askedMs } as const;
  if (events.nowMs - askedMs >= SHOWN_WAIT_MS) recordInner(scope, { ...waited, isOk: isAcquired });
  if (!isAcquired) {
    const state = `active=${pool.active}, idle=${pool.size - pool.active}, waiting=${pool.waiting}`;
    remark(
      scope,
      'error',
      `timed out waiting for a connection to ${pool.name} after ${CONNECTION_LIMIT_MS} ms (${state})`,
    );
    return {
      status: 503,
      reason: `${step.what} failed: no connection to ${pool.name} within ${CONNECTION_LIMIT_MS} ms`,
    };
  }
  const database = model.databases[pool.name];
  const startMs = events.nowMs;
  const isFull = step.isWrite && diskUsedShare(database, startMs) >= 1;
  if (isFull) yield* wait(logNormal(random, REFUSED_WRITE_MS, QUERY_SIGMA));
  else {
    database.running += 1;
    const share = Math.max(1, database.running / database.cores);
    yield* wait(logNormal(random, step.ms * database.slowdown * share, QUERY_SIGMA));
    database.running -= 1;
  }
  recordInner(scope, { name: step.what, kind: 'client', peerService: pool.name, startMs, isOk: !isFull });
  const leak = model.leaks.get(scope.service);
  if (leak && random() < leak.share) events.at(events.nowMs + exponential(random, leak.holdMs), () => pool.release());
  else pool.release();
  if (!isFull) return null;
  const file = `base/16384/${24_576 + Math.floor(random() * 64)}`;
  remark(scope, 'error', `${pool.name}: ERROR: could not extend file "${file}": No space left on device`);
  return { status: 500, reason: `${step.what} failed: No space left on device (SQLSTATE 53100)` };
}

/** Whether the cache had it; a cache that is down is asked in vain each time. */
export function* readCache(scope: Scope, step: StepOf<'cached'>): Process<boolean> {
  const { random, events } = scope;
  const cache = scope.model.caches[step.cache];
  const isWarm = events.nowMs >= scope.host.coldUntilMs;
  if (!cache.isDown && random() < (isWarm ? step.hitShare : step.hitShare * random())) {
    cache.hits += 1;
    return true;
  }
  cache.misses += 1;
  if (!cache.isDown) return false;
  const startMs = events.nowMs;
  yield* wait(exponential(random, REFUSED_CONNECTION_MS));
  const name = `${step.cache}-cache`;
  recordInner(scope, { name: `get ${step.cache}`, kind: 'client', peerService: name, startMs, isOk: false });
  if (random() < WARN_SHARE) {
    remark(scope, 'warn', `${name}: connect ECONNREFUSED 10.20.4.17:6379, reading from the database instead`);
  }
  return false;
}

export function* callExternal(scope: Scope, { name, limitMs }: StepOf<'external'>): Process<Failure | null> {
  const { random, events, model } = scope;
  const { ms, sigma } = EXTERNALS[name];
  const refusal = model.bankRefusal;
  const takesMs = logNormal(random, refusal ? BANK_REFUSAL_MS : ms * model.bankSlowdown, sigma);
  const startMs = events.nowMs;
  yield* wait(Math.min(takesMs, limitMs));
  const isInTime = takesMs <= limitMs;
  const isOk = isInTime && refusal === null;
  recordInner(scope, { name: `call ${name}`, kind: 'client', peerService: name, startMs, isOk });
  if (!isInTime) return { status: 504, reason: `${name} did not answer within ${limitMs} ms` };
  if (!refusal) return null;
  remark(scope, 'error', `POST https://api.bank.example/v2/charges answered ${refusal.status}: ${refusal.body}`);
  return { status: 502, reason: `${name} refused the charge: ${refusal.status}` };
}

export const publish = (scope: Scope, { queue }: StepOf<'publish'>): void => {
  const spanId = hex(scope.random, 16);
  const startMs = scope.events.nowMs;
  recordInner(scope, { name: `${queue} publish`, kind: 'producer', peerService: null, spanId, startMs, isOk: true });
  scope.model.queues[queue].publish({
    publishedMs: startMs,
    traceId: scope.traceId,
    isSampled: scope.isSampled,
    parentId: spanId,
  });
};
