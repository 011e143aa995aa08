import { MINUTE_MS } from '../kernel/duration.ts';

export interface ServiceLines {
  readonly lines: number;
  /** Lines with a duration. */
  readonly requests: number;
}

/** Which times the lines are of, whatever order they come in. */
export interface Coverage {
  readonly rows: number;
  /** In ms; null without any row. */
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** Starts of the minutes that have rows, in order. */
  minutes(): readonly number[];
  /** By name. At most MOST_SERVICES. */
  services(): ReadonlyMap<string, ServiceLines>;
  /** Rows that are more than a minute older than one before them, and how far the oldest was behind. */
  readonly late: { readonly rows: number; readonly mostMs: number };
  add(row: { readonly timestampMs: number; readonly service: string | null; readonly isRequest: boolean }): void;
}

// Requests are written when they end, and several hosts into one file: that much disorder is usual.
const USUAL_DISORDER_MS = MINUTE_MS;
const MOST_SERVICES = 10_000;

export const createCoverage = (): Coverage => {
  const minutes = new Set<number>();
  const services = new Map<string, { lines: number; requests: number }>();
  let rows = 0;
  let firstMs: number | null = null;
  let lastMs: number | null = null;
  let lateRows = 0;
  let mostLateMs = 0;

  const countService = (name: string, isRequest: boolean): void => {
    let counts = services.get(name);
    if (!counts) {
      if (services.size >= MOST_SERVICES) return;
      counts = { lines: 0, requests: 0 };
      services.set(name, counts);
    }
    counts.lines += 1;
    if (isRequest) counts.requests += 1;
  };

  return {
    get rows() {
      return rows;
    },
    get firstMs() {
      return firstMs;
    },
    get lastMs() {
      return lastMs;
    },
    get late() {
      return { rows: lateRows, mostMs: mostLateMs };
    },
    minutes: () => [...minutes].toSorted((a, b) => a - b),
    services: () => services,
    add: ({ timestampMs, service, isRequest }) => {
      rows += 1;
      minutes.add(Math.floor(timestampMs / MINUTE_MS) * MINUTE_MS);
      if (service !== null) countService(service, isRequest);
      const behindMs = (lastMs ?? timestampMs) - timestampMs;
      if (behindMs > USUAL_DISORDER_MS) {
        lateRows += 1;
        mostLateMs = Math.max(mostLateMs, behindMs);
      }
      firstMs = Math.min(firstMs ?? timestampMs, timestampMs);
      lastMs = Math.max(lastMs ?? timestampMs, timestampMs);
    },
  };
};
