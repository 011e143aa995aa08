import { SECOND_MS } from '#kernel/duration.ts';
import type { ShopDeps } from './scope.ts';
import { diskUsedShare } from './model.ts';
import {
  CACHE_NAMES,
  DATABASE_DISK_BYTES,
  QUEUE_NAMES,
  QUEUES,
  SERVICE_NAMES,
  SERVICES,
  type CacheName,
  type ServiceName,
} from './topology.ts';

const INFRASTRUCTURE_EVERY_MS = 30 * SECOND_MS;
const BYTES_PER_MB = 2 ** 20;

const USER_OF_CACHE: Readonly<Record<CacheName, ServiceName>> = {
  sessions: 'auth-service',
  products: 'inventory-service',
};

/** Says every 30 s how full and how busy the shop's machines are. */
export const reportInfrastructure = (deps: ShopDeps): void => {
  const { events, model, recorder } = deps;
  const report = (): void => {
    const timestampMs = events.nowMs;
    const say = (
      service: ServiceName,
      [name, value, unit]: readonly [string, number, string],
      attributes: Readonly<Record<string, string>>,
    ): void => recorder.metric({ timestampMs, service, name, value, unit, attributes });

    for (const service of SERVICE_NAMES) {
      for (const host of model.hosts[service]) {
        const heap = host.isUp ? Math.round((host.liveMb + host.garbageMb) * BYTES_PER_MB) : 0;
        say(service, ['heap.used', heap, 'bytes'], { 'host.name': host.name });
      }
      const pool = model.connections[service];
      if (!SERVICES[service].connections || !pool) continue;
      const at = { 'db.name': pool.name };
      const share = diskUsedShare(model.databases[pool.name], timestampMs);
      say(service, ['db.connections.active', pool.active, 'connections'], at);
      say(service, ['db.connections.waiting', pool.waiting, 'requests'], at);
      say(service, ['disk.used', Math.round(share * DATABASE_DISK_BYTES), 'bytes'], at);
      say(service, ['disk.used_share', Math.round(share * 1000) / 10, 'percent'], at);
    }
    for (const name of CACHE_NAMES) {
      const cache = model.caches[name];
      const reads = cache.hits + cache.misses;
      if (reads > 0) {
        const share = Math.round((cache.hits / reads) * 1000) / 10;
        say(USER_OF_CACHE[name], ['cache.hit_share', share, 'percent'], { 'cache.name': name });
      }
      cache.hits = 0;
      cache.misses = 0;
    }
    for (const name of QUEUE_NAMES) {
      const { depth, oldest } = model.queues[name];
      const ageSeconds = oldest ? Math.round((timestampMs - oldest.publishedMs) / 100) / 10 : 0;
      const at = { 'messaging.destination.name': name };
      say(QUEUES[name].consumer, ['queue.depth', depth, 'messages'], at);
      say(QUEUES[name].consumer, ['queue.oldest_message_age', ageSeconds, 'seconds'], at);
    }
    events.at(timestampMs + INFRASTRUCTURE_EVERY_MS, report);
  };
  events.at(events.nowMs + INFRASTRUCTURE_EVERY_MS, report);
};
