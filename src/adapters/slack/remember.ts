import type { Clock } from '#kernel/clock.ts';

export interface RememberLimits {
  readonly forMs: number;
  readonly most: number;
}

/** The same function, asked at most once for a key while the answer is fresh. A fault is not remembered. */
export const remember = <T>(
  { clock }: { readonly clock: Clock },
  { forMs, most }: RememberLimits,
  read: (key: string) => Promise<T>,
): ((key: string) => Promise<T>) => {
  const known = new Map<string, { readonly answer: T; readonly until: number }>();
  return async (key) => {
    const now = clock.now().getTime();
    const remembered = known.get(key);
    if (remembered !== undefined && remembered.until > now) return remembered.answer;
    const answer = await read(key);
    known.delete(key);
    known.set(key, { answer, until: now + forMs });
    const oldest = known.keys().next();
    if (known.size > most && oldest.done !== true) known.delete(oldest.value);
    return answer;
  };
};
