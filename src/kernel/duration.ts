export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

const UNIT_MS = { ms: 1, s: SECOND_MS, min: MINUTE_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS } as const;

/** Reads "30s", "5 min", "24h", "30d" as milliseconds; undefined if it is none of those. */
export const parseDurationMs = (text: string): number | undefined => {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d)$/.exec(text.trim());
  if (!match) return undefined;
  return Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
};

export const addMs = (at: Date, ms: number): Date => new Date(at.getTime() + ms);
