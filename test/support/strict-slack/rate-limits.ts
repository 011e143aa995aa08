import type { Clock } from '#kernel/clock.ts';

/** Slack's "Rate limits": calls a minute of a method in a workspace; posts are one a second in a channel. */
export type Tier = 'per-channel' | 'tier-2' | 'tier-3' | 'tier-4' | 'generous';

// "Short bursts > 1 allowed"; how short is not said.
const BURST_OF_POSTS = 3;
const LIMITS: Readonly<Record<Tier, { readonly perMinute: number; readonly burst: number }>> = {
  'per-channel': { perMinute: 60, burst: BURST_OF_POSTS },
  'tier-2': { perMinute: 20, burst: 20 },
  'tier-3': { perMinute: 50, burst: 50 },
  'tier-4': { perMinute: 100, burst: 100 },
  generous: { perMinute: 600, burst: 600 },
};

export interface RateLimits {
  /** Null: go ahead; else the whole seconds of Retry-After. */
  take(tier: Tier, method: string, channel: string): number | null;
}

/** A bucket for each method, or for each channel, that fills with the clock. */
export const createRateLimits = (clock: Clock): RateLimits => {
  const buckets = new Map<string, { left: number; at: number }>();
  return {
    take: (tier, method, channel) => {
      const { perMinute, burst } = LIMITS[tier];
      const key = tier === 'per-channel' ? `${method} ${channel}` : method;
      const now = clock.now().getTime();
      const bucket = buckets.get(key) ?? { left: burst, at: now };
      const left = Math.min(burst, bucket.left + ((now - bucket.at) / 60_000) * perMinute);
      const isAllowed = left >= 1;
      buckets.set(key, { left: isAllowed ? left - 1 : left, at: now });
      return isAllowed ? null : Math.max(1, Math.ceil(((1 - left) / perMinute) * 60));
    },
  };
};
