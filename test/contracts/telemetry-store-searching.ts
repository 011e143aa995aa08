import { describe, expect, test } from 'vitest';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { logOf, rowsOf } from './telemetry-store-questions.ts';

export const describeSearching = (store: () => TelemetryStore): void => {
  describe('searching', () => {
    const append = async (): Promise<void> => {
      await store().append({
        logs: [
          logOf({
            service: 'payment-service',
            message: 'Connection refused by bank.example.com',
            attributes: { region: 'eu' },
          }),
          logOf({ service: 'payment-service', message: 'Disk full: 97.5% used', durationMs: 250 }),
          logOf({ service: 'gateway', message: 'REFUSED, disk quota', durationMs: 12, attributes: { region: 'us' } }),
        ],
      });
    };
    const found = async (condition: string, parameters?: Record<string, string>): Promise<readonly unknown[]> => {
      const query = `FROM logs | WHERE ${condition} | SORT message | KEEP message`;
      return (await rowsOf(store(), query, parameters ? { parameters } : {})).map(([message]) =>
        String(message).slice(0, 4),
      );
    };

    test.each([
      ['message : "refused"', ['Conn', 'REFU']],
      ['MATCH(message, "disk full", {"operator": "AND"})', ['Disk']],
      ['MATCH_PHRASE(message, "disk quota")', ['REFU']],
      ['NOT MATCH(message, "disk")', ['Conn']],
      ['message : "bank.example.com"', ['Conn']],
      ['service.name : "gateway"', ['REFU']],
      ['KQL("service.name: pay* and not message: refused")', ['Disk']],
      ['KQL("message: \\"disk quota\\" or duration_ms >= 250")', ['Disk', 'REFU']],
      ['KQL("message: (refused or full)") AND service.name == "payment-service"', ['Conn', 'Disk']],
      ['KQL("attributes.region: eu")', ['Conn']],
      ['QSTR("message:disk AND -service.name:gateway")', ['Disk']],
      ['QSTR("duration_ms:[200 TO *] message:conn*")', ['Conn', 'Disk']],
    ])('by %s', async (condition, messages) => {
      await append();
      expect(await found(condition)).toEqual(messages);
    });

    test('takes what is searched for as a parameter, never as query text', async () => {
      await append();
      expect(await found('message : ?q', { q: 'quota" OR true OR message : "' })).toEqual(['REFU']);
      expect(await found('KQL(?q)', { q: 'message: quota' })).toEqual(['REFU']);
    });

    test('counts what was found beside what was not', async () => {
      await append();
      expect(
        await rowsOf(
          store(),
          'FROM logs | STATS n = COUNT(*), refused = COUNT(*) WHERE message : "refused" BY service.name | SORT service.name',
        ),
      ).toEqual([
        [1, 1, 'gateway'],
        [2, 1, 'payment-service'],
      ]);
    });
  });
};
