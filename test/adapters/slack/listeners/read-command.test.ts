import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCommand } from '#adapters/slack/listeners/commands/read-command.ts';
import { RESOLUTION_LIMIT } from '#adapters/slack/listeners/commands/resolve-command.ts';

const parseCommand = (text: string) => readCommand(text).parsed;

const INC_1 = { kind: 'number', number: 1 };
const FROM_CONTEXT = { kind: 'from-context' };

describe('what follows /sentinel', () => {
  it('is one of the commands, in any case and with any spaces', () => {
    expect(parseCommand('')).toEqual({ kind: 'help' });
    expect(parseCommand('  STATUS ')).toEqual({ kind: 'status' });
    expect(parseCommand('incidents')).toEqual({ kind: 'incidents' });
    for (const text of ['incident INC-1', 'incident inc1', 'incident #1', 'incident 1', 'INC-1']) {
      expect(parseCommand(text)).toEqual({ kind: 'incident', target: INC_1 });
    }
    expect(parseCommand('ack')).toEqual({ kind: 'ack', target: FROM_CONTEXT });
    expect(parseCommand('acknowledge INC-1 please')).toEqual({ kind: 'ack', target: INC_1 });
    expect(parseCommand('reopen\u00a0INC-1')).toEqual({ kind: 'reopen', target: INC_1 });
  });

  it('says how long what is too long was', () => {
    expect(parseCommand(`query ${'x'.repeat(5000)}`)).toMatchObject({
      why: 'That is 5,006 characters long; the most that is read is 4,000. Nothing was run.',
    });
  });

  it('takes a length of time for no service', () => {
    expect(parseCommand('logs 30m error')).toEqual({ kind: 'logs', service: null, words: '30m error' });
  });

  it('does not leave out a second incident without a word', () => {
    expect(parseCommand('ack INC-1 INC-2')).toEqual({
      kind: 'unclear',
      why: 'One incident at a time: nothing was done for INC-1 or INC-2.',
      usage: '/sentinel ack INC-1',
    });
    expect(parseCommand('reopen INC-1 and INC-2')).toMatchObject({ kind: 'unclear' });
  });

  it('keeps the words of a resolution, and asks where a number could be either', () => {
    expect(parseCommand('resolve INC-1 pool size 10 &gt; 20')).toEqual({
      kind: 'resolve',
      target: INC_1,
      resolution: 'pool size 10 > 20',
    });
    expect(parseCommand('resolve 1')).toEqual({ kind: 'resolve', target: INC_1, resolution: null });
    expect(parseCommand('resolve restarted it')).toEqual({
      kind: 'resolve',
      target: FROM_CONTEXT,
      resolution: 'restarted it',
    });
    expect(parseCommand('resolve 1 pod restarted')).toMatchObject({
      kind: 'unclear',
      usage: '/sentinel resolve INC-1 pod restarted',
    });
    expect(parseCommand(`resolve INC-1 ${'x'.repeat(RESOLUTION_LIMIT + 1)}`)).toMatchObject({ kind: 'unclear' });
  });

  it('takes the whole rest for a trace id, as it was pasted', () => {
    expect(parseCommand('trace `4BF92F`')).toEqual({ kind: 'trace', traceId: '`4BF92F`' });
    expect(parseCommand('trace')).toMatchObject({ kind: 'unclear', why: 'The id of a trace is missing.' });
  });

  it('keeps the lines of a query, with straight quotes', () => {
    expect(parseCommand('query FROM logs\n| WHERE a == “x” AND b == ‘y’')).toEqual({
      kind: 'query',
      text: 'FROM logs\n| WHERE a == "x" AND b == \'y\'',
    });
    expect(parseCommand('query')).toMatchObject({ kind: 'unclear' });
    expect(parseCommand(`query ${'x'.repeat(5000)}`)).toMatchObject({ kind: 'unclear' });
  });

  it('names the nearest command for a misspelled one, and none for what is far from all', () => {
    const nearest = (text: string) => {
      const parsed = parseCommand(text);
      return 'nearest' in parsed ? parsed.nearest : parsed.kind;
    };
    expect(['akc', 'stauts', 'resolv', 'quer', 'hlep', 'incdent', 'acknowlege'].map(nearest)).toEqual([
      'ack',
      'status',
      'resolve',
      'query',
      'help',
      'incident',
      'ack',
    ]);
    expect(['make', 'x', 'constructor', '__proto__', 'what is wrong'].map(nearest)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  it('is never too much for the parser', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 6000 }), (text) => {
        expect(parseCommand(text).kind).toMatch(/^[a-z]+$/);
      }),
    );
  });
});
