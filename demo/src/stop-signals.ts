const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
// npm passes on the Ctrl-C that the terminal has sent to the demo as well.
const SAME_PRESS_MS = 500;

/**
 * The first signal asks to stop and is answered at once; a second one ends the process, whose
 * `exit` listeners then leave nothing behind.
 */
export const listenForStop = (): AbortSignal => {
  const stop = new AbortController();
  let firstAt: number | null = null;
  const onSignal = (): void => {
    const now = performance.now();
    if (firstAt === null) {
      firstAt = now;
      console.log('\nStopping … (once more to end at once)');
      stop.abort();
    } else if (now - firstAt > SAME_PRESS_MS) {
      process.exit(1);
    }
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return stop.signal;
};
