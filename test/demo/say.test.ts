import { describe, expect, it } from 'vitest';
import { suggest } from '../../demo/src/say.ts';
import { listFaults, NO_FAULT } from '../../simulator/faults.ts';

const QUIET = [NO_FAULT, ...listFaults().flatMap((fault) => (fault.affectedServices.length === 0 ? [fault.name] : []))];
const LOUD = listFaults().flatMap((fault) => (fault.affectedServices.length > 0 ? [fault.name] : []));

describe('what the demo suggests', () => {
  it.each(QUIET)('speaks of no incident where none opens: %s', (fault) => {
    const lines = suggest(fault, false).join('\n');
    expect(lines).toContain('/sentinel status');
    expect(lines).not.toMatch(/INC-1|card|thread/);
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
