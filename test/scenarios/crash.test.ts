import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openPglite } from '#adapters/pglite/open-pglite.ts';
import { writeTestState } from '../support/state.ts';
import { startStrictSlack, type StrictSlack } from '../support/strict-slack/strict-slack.ts';

const CHILD = join(import.meta.dirname, 'crash-child.ts');
const CHANNEL = 'C01INCIDENTS';
const WAIT = { timeout: 40_000, interval: 50 };

describe('an incident whose process is killed with SIGKILL', () => {
  let directory: string;
  let slack: StrictSlack;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sentinel-kill-'));
    await writeTestState(directory);
    slack = await startStrictSlack();
    slack.addChannel({ id: CHANNEL });
  });
  afterEach(async () => {
    for (const child of children.splice(0)) await kill(child);
    await slack.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const start = (mode: 'open' | 'show'): ChildProcess => {
    const child = spawn(process.execPath, [CHILD, directory, slack.apiUrl, slack.botToken, mode], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    return child;
  };

  const kill = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };

  const runUntil = async (mode: 'open' | 'show', word: string): Promise<void> => {
    const child = start(mode);
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
    await vi.waitFor(() => expect(said).toContain(word), WAIT);
    await kill(child);
  };

  /** Resolves once the incident is committed; nothing of it has been enqueued then. */
  const openIncident = (): Promise<void> => runUntil('open', 'committed');

  /** The next process, until it has nothing left to do. */
  const showAll = (): Promise<void> => runUntil('show', 'idle');

  const cards = () => slack.messages(CHANNEL);

  const readCardRecord = async () => {
    const { stateStore } = await openPglite({ dataDirectory: directory });
    const posts = await stateStore.db
      .selectFrom('slack_posts')
      .select(['ts', 'key'])
      .where('key', 'like', 'incident-card:%')
      .execute();
    await stateStore.close();
    return posts;
  };

  it('between commit and enqueue is shown by the next process, once', async () => {
    await openIncident();
    expect(cards()).toEqual([]);

    await showAll();
    await showAll();
    expect(slack.callsOf('chat.postMessage')).toHaveLength(1);
    expect(cards().map(({ text }) => text)).toEqual([expect.stringContaining('INC-1')]);
    expect(slack.problems).toEqual([]);
  }, 60_000);

  it('between Slack’s post and our record is adopted by the next process, never posted twice', async () => {
    await openIncident();
    slack.failNext('chat.postMessage', { kind: 'hangs' });
    const first = start('show');
    await vi.waitFor(() => expect(cards()).toHaveLength(1), WAIT);
    await kill(first);
    expect(await readCardRecord()).toEqual([expect.objectContaining({ ts: null })]);

    await showAll();
    await showAll();
    expect(slack.callsOf('conversations.history')).toHaveLength(1);
    // What was adopted may be out of date, so it is edited once it is recorded.
    expect(slack.callsOf('chat.update')).toHaveLength(1);
    expect(slack.callsOf('chat.postMessage')).toHaveLength(1);
    expect(cards()).toHaveLength(1);
    expect(await readCardRecord()).toEqual([expect.objectContaining({ ts: cards()[0]?.ts })]);
    expect(slack.problems).toEqual([]);
  }, 90_000);
});
