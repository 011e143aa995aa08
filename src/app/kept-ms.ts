import type { Config } from '../config.ts';

/** For how long each index is kept. Indices that Sentinel only reads are aged by whoever owns them. */
export const keptMs = ({
  retention,
  telemetry,
  elasticsearch,
}: Pick<Config, 'retention' | 'telemetry' | 'elasticsearch'>): Readonly<Record<string, number>> => {
  const { logsMs: logs, spansMs: spans, metricsMs: metrics } = retention;
  const isOwn = (kind: keyof typeof elasticsearch.indices): boolean =>
    telemetry.kind === 'embedded' || elasticsearch.indices[kind] === null;
  return {
    ...(isOwn('logs') ? { logs } : {}),
    ...(isOwn('spans') ? { spans } : {}),
    ...(isOwn('metrics') ? { metrics } : {}),
  };
};
