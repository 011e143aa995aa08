import type { Random } from '#kernel/random.ts';
import { pick } from './distributions.ts';

/** One machine with one process of a service on it: it pauses for its garbage, and may be gone for a while. */
export interface Host {
  readonly name: string;
  /** Times the customers that a host of the usual size is made for. */
  readonly capacity: number;
  version: string;
  isUp: boolean;
  /** While it is down: the balancer still sends requests until then, and they are refused. */
  inRotationUntilMs: number;
  /** Counts restarts; what ran before the last one is lost. */
  epoch: number;
  /** Nothing runs until then. */
  pausedUntilMs: number;
  /** Until then its caches and its code are cold. */
  coldUntilMs: number;
  /** Reachable for ever, and garbage. */
  liveMb: number;
  garbageMb: number;
}

export interface Collection {
  readonly pauseMs: number;
  readonly beforeMb: number;
  readonly afterMb: number;
  /** Nothing could be freed any more: the process ends. */
  readonly isFatal: boolean;
}

export const HEAP_LIMIT_MB = 512;
const HEAP_AT_START_MB = 140;
const GARBAGE_MB_PER_REQUEST = 3;
// A collector visits what is reachable, and near the limit it does so again and again for little.
const PAUSE_MS_PER_MB = 0.3;
const PRESSURE_FACTOR = 6;
const FATAL_SHARE = 0.97;

export const createHost = (name: string, version: string, capacity: number): Host => ({
  name,
  capacity,
  version,
  isUp: true,
  inRotationUntilMs: 0,
  epoch: 0,
  pausedUntilMs: 0,
  coldUntilMs: 0,
  liveMb: HEAP_AT_START_MB,
  garbageMb: 0,
});

/** What one request leaves on the heap; tells of the collection that it caused, if any. */
export const allocate = (host: Host, nowMs: number, leakedMb: number): Collection | null => {
  host.liveMb += leakedMb / host.capacity;
  host.garbageMb += GARBAGE_MB_PER_REQUEST / host.capacity;
  const beforeMb = host.liveMb + host.garbageMb;
  if (beforeMb < HEAP_LIMIT_MB) return null;
  const pressure = host.liveMb / HEAP_LIMIT_MB;
  const pauseMs = host.liveMb * PAUSE_MS_PER_MB * (1 + PRESSURE_FACTOR * pressure * pressure);
  host.pausedUntilMs = Math.max(nowMs, host.pausedUntilMs) + pauseMs;
  host.garbageMb = 0;
  return { pauseMs, beforeMb, afterMb: host.liveMb, isFatal: pressure >= FATAL_SHARE };
};

export const stopHost = (host: Host, nowMs: number, inRotationMs: number): void => {
  host.isUp = false;
  host.inRotationUntilMs = nowMs + inRotationMs;
};

export const startHost = (host: Host, version: string, nowMs: number, coldMs: number): void => {
  host.version = version;
  host.isUp = true;
  host.coldUntilMs = nowMs + coldMs;
  host.pausedUntilMs = 0;
  host.liveMb = HEAP_AT_START_MB;
  host.garbageMb = 0;
};

/** Where the balancer sends the next request, be it up or not; null if nobody is in rotation. */
export const chooseHost = (random: Random, hosts: readonly Host[], nowMs: number): Host | null => {
  const first = pick(random, hosts);
  if (first.isUp) return first;
  const inRotation = hosts.filter((host) => host.isUp || nowMs < host.inRotationUntilMs);
  return inRotation.length === 0 ? null : pick(random, inRotation);
};
