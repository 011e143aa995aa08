import { SECOND_MS } from '../kernel/duration.ts';

export interface Progress {
  /** `share` in [0, 1], or null where the whole is not known. */
  show(label: string, share: number | null, detail: string): void;
  /** Takes the line away. */
  end(): void;
}

const WIDTH = 24;
const TERMINAL_EVERY_MS = 100;
const ELSEWHERE_EVERY_MS = 5 * SECOND_MS;

/** A line that is rewritten on a terminal; elsewhere one every few seconds, so that short runs say nothing. */
export const createProgress = (out: Pick<NodeJS.WriteStream, 'write' | 'isTTY'>, elapsedMs: () => number): Progress => {
  let shownAtMs = out.isTTY ? -TERMINAL_EVERY_MS : 0;
  const bar = (share: number): string => {
    const filled = Math.round(Math.min(1, Math.max(0, share)) * WIDTH);
    return `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] `;
  };
  return {
    show: (label, share, detail) => {
      const nowMs = elapsedMs();
      if (nowMs - shownAtMs < (out.isTTY ? TERMINAL_EVERY_MS : ELSEWHERE_EVERY_MS)) return;
      shownAtMs = nowMs;
      const line = `  ${label} ${share === null ? '' : bar(share)}${detail}`;
      out.write(out.isTTY ? `\r${line}\u001B[K` : `${line}\n`);
    },
    end: () => {
      if (out.isTTY) out.write('\r\u001B[K');
    },
  };
};
