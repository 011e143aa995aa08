import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';

/** What a figure was measured on, in a line. */
export const describeMachine = (): string =>
  `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.versions.node}`;

/** Memory of a process in megabytes, now or at most; Linux only. */
export const readMemoryMb = (pid: number | 'self', field: 'VmRSS' | 'VmHWM'): number => {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / 1000);
};

/** Prints a result as one JSON object or as a table, with the machine. */
export const printResult = (result: Readonly<Record<string, number | string>>): void => {
  const complete = { ...result, machine: describeMachine() };
  if (process.argv.includes('--json')) console.log(JSON.stringify(complete));
  else console.table(complete);
};
