import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface SendOrder {
  readonly format: 'ndjson' | 'otlp-logs' | 'otlp-spans';
  readonly address: string;
  readonly token: string;
  readonly rows: number;
  /** Sent before, and not counted. */
  readonly warmUp: number;
  /** Rows of a request. */
  readonly batch: number;
  readonly connections: number;
}

export interface SendReport {
  readonly ms: number;
  readonly rows: number;
  /** Processor time of the sender, of all its threads. */
  readonly cpuUs: number;
}

/**
 * Lets a process of its own send, and waits until it has. It makes the bodies and sends those of the
 * warm-up first; `begin` is called before it goes on to those that count.
 */
export const sendFromOutside = async (order: SendOrder, begin: () => void): Promise<SendReport> => {
  const child = fork(join(import.meta.dirname, 'send-child.ts'), { execArgv: [] });
  const ended = once(child, 'exit').then(([code]): never => {
    throw new Error(`The sender ended with ${code}`);
  });
  const isReady = once(child, 'message');
  child.send(order);
  await Promise.race([isReady, ended]);
  begin();
  const reported = once(child, 'message').then(([message]) => message as SendReport);
  child.send('go');
  return Promise.race([reported, ended]);
};
