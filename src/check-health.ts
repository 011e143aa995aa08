import type { Config } from './config.ts';

// Docker gives the check five seconds, of which the start of a process takes its part.
const ANSWER_LIMIT_MS = 3_000;

const ANY_ADDRESS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' };

const addressOf = ({ host, port }: Pick<Config['http'], 'host' | 'port'>): string => {
  const name = ANY_ADDRESS[host] ?? (host.includes(':') ? `[${host}]` : host);
  return `http://${name}:${port}/healthz`;
};

/** Whether the process that runs with this configuration, on this machine, is alive; a sentence if it is not. */
export const checkHealth = async ({ http }: { readonly http: Config['http'] }): Promise<string | null> => {
  const address = addressOf(http);
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    return answer.ok ? null : `${address} answers ${answer.status}.`;
  } catch {
    return `${address} does not answer.`;
  }
};
