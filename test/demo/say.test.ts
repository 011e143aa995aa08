import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#kernel/clock.ts';
import type { LogRecord } from '#ports/telemetry-store.ts';
import { sendLine, suggest } from '../../demo/src/say.ts';
import { INGEST_TOKEN, workspaceConfiguration } from '../../demo/src/workspace.ts';
import { listFaults, NO_FAULT } from '../../simulator/faults.ts';
import { SERVICE_NAMES } from '../../simulator/topology.ts';
import { serverOf } from '../adapters/http/http-under-test.ts';

const QUIET = [NO_FAULT, ...listFaults().flatMap((fault) => (fault.affectedServices.length === 0 ? [fault.name] : []))];
const LOUD = listFaults().flatMap((fault) => (fault.affectedServices.length > 0 ? [fault.name] : []));

describe('the line to send', () => {
  it('is taken by Sentinel as a shell runs it', async () => {
    const stored: LogRecord[] = [];
    const telemetryStore = {
      append: (batch: { readonly logs?: readonly LogRecord[] }) => {
        stored.push(...(batch.logs ?? []));
        return Promise.resolve({ accepted: batch.logs?.length ?? 0, rejected: [] });
      },
    };
    const sources = [{ source: 'demo', token: INGEST_TOKEN }];
    const app = serverOf({ telemetryStore, clock: systemClock }, { sources });
    const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
    try {
      const { stdout } = await promisify(execFile)('sh', ['-c', `${sendLine(Number(port))} --silent`]);
      expect(stdout).toContain('"accepted":1');
      expect(stored).toMatchObject([{ service: 'my-service', level: 'error', message: 'hello' }]);
    } finally {
      await app.close();
    }
  });
});

describe('what the demo suggests', () => {
  it.each(QUIET)('speaks of no incident where none opens: %s', (fault) => {
    const lines = suggest(fault, false).join('\n');
    expect(lines).toContain('/sentinel status');
    expect(lines).not.toMatch(/INC-1|card|thread/);
  });

  it.each([...QUIET, ...LOUD])('asks in every way, of services that the shop has: %s', (fault) => {
    const said = suggest(fault, false).join('\n');
    for (const command of ['query errors', 'query FROM', 'patterns', 'deps', 'slow', 'trace ID'])
      expect(said).toContain(`/sentinel ${command}`);
    const named = [...said.matchAll(/\/sentinel (?:patterns|deps|slow) (\S+)/gu)].map(([, service]) => service);
    expect(named).toHaveLength(3);
    for (const service of named) expect(SERVICE_NAMES).toContain(service);
  });

  it('asks by the clock of this machine', () => {
    const { users } = JSON.parse(workspaceConfiguration('Europe/Berlin')) as { readonly users: readonly unknown[] };
    expect(users).toHaveLength(3);
    for (const user of users) expect(user).toMatchObject({ tz: 'Europe/Berlin' });
  });

  it.each(LOUD)('acknowledges and resolves what opens: %s', (fault) => {
    const lines = suggest(fault, false);
    expect(lines.join('\n')).toContain('/sentinel ack INC-1');
    expect(lines.at(-1)).toBe(
      `/sentinel resolve INC-1 ${fault === 'connection-pool-exhaustion' ? 'pool size 10 to 20' : 'what fixed it'}`,
    );
  });

  it('promises neither a number nor a thread to what an earlier demo opened', () => {
    expect(suggest('connection-pool-exhaustion', false).join('\n')).toContain('open its thread');
    const lines = suggest('connection-pool-exhaustion', true).join('\n');
    expect(lines).toContain('/sentinel ack INC-N   with the number on it');
    expect(lines).not.toMatch(/INC-1|thread/);
  });
});
