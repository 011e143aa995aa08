const WIDTH = 24;

/** One line that is rewritten on a terminal, and printed at each quarter elsewhere. */
export const createProgress = (
  out: NodeJS.WriteStream,
  label: string,
): { show(share: number, detail: string): void; end(detail: string): void } => {
  let lastQuarter = -1;
  const line = (share: number, detail: string): string => {
    const filled = Math.round(Math.min(1, share) * WIDTH);
    return `  ${label} [${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${detail}`;
  };
  return {
    show: (share, detail) => {
      if (out.isTTY) {
        out.write(`\r${line(share, detail)}\u001b[K`);
        return;
      }
      const quarter = Math.floor(share * 4);
      // The whole is told by `end`.
      if (quarter > lastQuarter && quarter < 4) {
        lastQuarter = quarter;
        out.write(`${line(share, detail)}\n`);
      }
    },
    end: (detail) => {
      out.write(out.isTTY ? `\r${line(1, detail)}\u001b[K\n` : `${line(1, detail)}\n`);
    },
  };
};
