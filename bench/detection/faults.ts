/** What a fault does to the requests of a service. */
export interface Fault {
  readonly name: string;
  /** The usual error rate of the services that it is tried on. */
  readonly usualErrorRate: number;
  readonly errorRate?: number;
  readonly latencyTimes?: number;
  readonly slows?: 'all' | 'slowest tenth';
  /** Share of requests that end after 30 s. */
  readonly timeoutShare?: number;
  readonly isSilent?: boolean;
}

export const TRAFFIC_LEVELS = [20, 100, 1_000, 20_000] as const;

/** Those that recall is told of. */
export const FAULTS: readonly Fault[] = [
  { name: 'errors 0 → 2 %', usualErrorRate: 0, errorRate: 0.02 },
  { name: 'errors .5 → 5 %', usualErrorRate: 0.005, errorRate: 0.05 },
  { name: 'errors 1 → 20 %', usualErrorRate: 0.01, errorRate: 0.2 },
  { name: 'outage', usualErrorRate: 0.005, errorRate: 1 },
  { name: 'all latency × 2', usualErrorRate: 0.005, latencyTimes: 2, slows: 'all' },
  { name: 'slowest 10 % × 2', usualErrorRate: 0.005, latencyTimes: 2, slows: 'slowest tenth' },
  { name: 'all latency × 1.5', usualErrorRate: 0.005, latencyTimes: 1.5, slows: 'all' },
  { name: '5 % time out at 30 s', usualErrorRate: 0.005, timeoutShare: 0.05 },
];

/** Nobody should have to look for these. */
export const GROSS_FAULTS: ReadonlySet<string> = new Set(['outage', 'errors 1 → 20 %']);
export const GROSS_FROM_REQUESTS = 100;

export const SILENCE: Fault = { name: 'silence', usualErrorRate: 0.005, isSilent: true };
/** On a service that has been there for half an hour only. */
export const NEW_SERVICE: Fault = { name: 'new service, 30 % errors', usualErrorRate: 0.005, errorRate: 0.3 };
export const SLOW_BURNS: readonly Fault[] = [
  { name: 'slow burn 0 → 2 %', usualErrorRate: 0, errorRate: 0.02 },
  { name: 'slow burn .5 → 1.5 %', usualErrorRate: 0.005, errorRate: 0.015 },
];
