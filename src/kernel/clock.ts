/** The only source of time, so that a whole incident can be replayed in milliseconds. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
