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
}

/** Lets a process of its own send, and waits until it has. */
export const sendFromOutside = async (order: SendOrder): Promise<SendReport> => {
  const child = fork(join(import.meta.dirname, 'send-child.ts'), { execArgv: [] });
  child.send(order);
  const ended = once(child, 'exit').then(([code]): never => {
    throw new Error(`The sender ended with ${code}`);
  });
  const reported = once(child, 'message').then(([message]) => message as SendReport);
  return Promise.race([reported, ended]);
};
