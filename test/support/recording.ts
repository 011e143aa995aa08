import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export const recordingLogger = (): Logger & { readonly lines: readonly LogLine[] } => {
  const lines: LogLine[] = [];
  const write =
    (level: LogLine['level']) =>
    (fields: LogLine['fields'], message: string): void => {
      lines.push({ level, fields, message });
    };
  return { lines, debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
};

const keyOf = (name: string, labels: Readonly<Record<string, string>> = {}): string =>
  [name, ...Object.entries(labels).map(([label, value]) => `${label}=${value}`)].join(' ');

/** Values by "name label=value …"; histograms count their observations. */
export const recordingMetrics = (): Metrics & { readonly values: ReadonlyMap<string, number> } => {
  const values = new Map<string, number>();
  const add = (key: string, by: number): void => {
    values.set(key, (values.get(key) ?? 0) + by);
  };
  return {
    values,
    increment: (name, labels, by = 1) => add(keyOf(name, labels), by),
    observe: (name, _seconds, labels) => add(keyOf(name, labels), 1),
    set: (name, value, labels) => {
      values.set(keyOf(name, labels), value);
    },
  };
};
