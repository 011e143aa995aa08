/** Lets whatever else waits in the process have its turn. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
