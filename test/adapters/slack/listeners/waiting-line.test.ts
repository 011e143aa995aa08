import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CardMessage } from '#adapters/slack/cards/blocks.ts';
import { whileSearching, withWaitingLine } from '#adapters/slack/listeners/waiting-line.ts';
import { createTestLogger } from '../board-fixture.ts';

const card = (text: string): CardMessage => ({ text, blocks: [] });
const settings = { dialect: 'slack', findChannel: () => Promise.resolve('C01') } as const;
const place = { user: 'U01YOU', channel: 'C01', threadTs: null };

describe('a line that says what takes long', () => {
  const speech = (send: (text: string) => Promise<unknown>) =>
    withWaitingLine({ logger: createTestLogger(), settings }, 'command', ({ text }) => send(text));

  it('is said once, and never after the answer', async () => {
    const sent: string[] = [];
    const arrived = Promise.withResolvers<undefined>();
    const { say, sayWaiting } = speech(async (text) => {
      if (text === 'line') await arrived.promise;
      sent.push(text);
    });
    const all = [sayWaiting(card('line')), sayWaiting(card('another')), say(card('answer'))];
    expect(sent).toEqual([]);
    arrived.resolve(undefined);
    await Promise.all(all);
    expect(sent).toEqual(['line', 'answer']);
  });

  it('holds up no answer that comes without it', async () => {
    const send = vi.fn(() => Promise.resolve());
    await speech(send).say(card('answer'));
    expect(send.mock.calls).toEqual([['answer']]);
  });
});

describe('a search', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is told of once it takes longer than two seconds', async () => {
    const sayWaiting = vi.fn(() => Promise.resolve(true));
    const search = Promise.withResolvers<string>();
    const answered = whileSearching({ ...place, sayWaiting }, search.promise);
    await vi.advanceTimersByTimeAsync(1_999);
    expect(sayWaiting).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(sayWaiting.mock.calls).toEqual([
      [expect.objectContaining({ text: 'Searching takes a while; the answer follows.' })],
    ]);
    search.resolve('found');
    expect(await answered).toBe('found');
  });

  it('is not told of where it answers or fails soon, or no line can be said', async () => {
    const sayWaiting = vi.fn(() => Promise.resolve(true));
    expect(await whileSearching({ ...place, sayWaiting }, Promise.resolve('found'))).toBe('found');
    await expect(whileSearching({ ...place, sayWaiting }, Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await whileSearching(place, Promise.resolve('found'))).toBe('found');
    await vi.advanceTimersByTimeAsync(3_000);
    expect(sayWaiting).not.toHaveBeenCalled();
  });
});
