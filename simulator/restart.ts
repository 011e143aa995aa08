import { SECOND_MS } from '#kernel/duration.ts';
import { exponential } from './distributions.ts';
import { type Host, startHost, stopHost } from './host.ts';
import { announce, type ShopDeps } from './scope.ts';
import type { ServiceName } from './topology.ts';

const START_MS = 5 * SECOND_MS;
const COLD_MS = 10 * SECOND_MS;
// How long a balancer takes to notice: a health check after a crash, at once when it is told.
const NOTICE_CRASH_MS = 1.5 * SECOND_MS;
const NOTICE_STOP_MS = 300;

/** The process ends in the middle of its requests, and comes back with an empty heap. */
export const crashHost = (deps: ShopDeps, service: ServiceName, host: Host): void => {
  const at = { service, host: host.name };
  announce(deps, {
    ...at,
    level: 'fatal',
    message: 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
  });
  host.epoch += 1;
  stopHost(host, deps.events.nowMs, NOTICE_CRASH_MS);
  announce(deps, { ...at, level: 'warn', message: `${host.name} exited with code 134 (SIGABRT), restarting` });
  comeBack(deps, service, host, host.version);
};

/** The process is asked to end, finishes what it has, and comes back in another version. */
export const replaceHost = (deps: ShopDeps, service: ServiceName, host: Host, version: string): void => {
  stopHost(host, deps.events.nowMs, NOTICE_STOP_MS);
  announce(deps, {
    service,
    host: host.name,
    level: 'info',
    message: 'SIGTERM received, finishing the requests under way',
  });
  comeBack(deps, service, host, version);
};

const comeBack = (deps: ShopDeps, service: ServiceName, host: Host, version: string): void => {
  const { events, random } = deps;
  const at = { service, host: host.name, level: 'info', attributes: { 'service.version': version } };
  const startMs = events.nowMs + START_MS + exponential(random, SECOND_MS);
  events.at(startMs, () => announce(deps, { ...at, message: `starting ${service} ${version}` }));
  events.at(startMs + 2 * SECOND_MS, () => {
    startHost(host, version, events.nowMs, COLD_MS);
    announce(deps, { ...at, message: `${service} ${version} is listening on 0.0.0.0:8080` });
  });
};

const BETWEEN_HOSTS_MS = 20 * SECOND_MS;

/** One host after the other, as a deploy does. */
export const rollOut = (deps: ShopDeps, service: ServiceName, version: string): void => {
  for (const [index, host] of deps.model.hosts[service].entries()) {
    deps.events.at(deps.events.nowMs + index * BETWEEN_HOSTS_MS, () => replaceHost(deps, service, host, version));
  }
};
