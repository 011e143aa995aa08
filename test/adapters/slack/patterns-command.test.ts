import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#kernel/duration.ts';
import { openIncident } from '../../support/strict-slack/sample-incidents.ts';
import { CHANNEL } from './board-fixture.ts';
import { ASKER, controls, log, shown, textsOf, THREAD, valueOf, useQuestionsWorld } from './questions-world.ts';

const world = useQuestionsWorld();

describe('/sentinel patterns', () => {
  it('shows what a service writes, grouped, and says what it could not compare', async () => {
    const text = shown(await world.say('patterns payment-service'));
    expect(text).toContain('*1 pattern in 10 lines* of payment-service');
    expect(text).toContain('timed out waiting for');
    expect(text).toContain('nothing is called new');
    expect(shown(await world.say('patterns'))).toContain('The name of a service is missing');
  });

  it('shows the ES|QL of its lines, and how much was searched', async () => {
    const text = shown(await world.say('patterns payment-service'));
    expect(text).toContain('| KEEP @timestamp, level, message');
    expect(text).toMatch(/searched 30 logs in \d/u);
  });

  it('takes a part of a name, and names what there is where it knows no such service', async () => {
    expect(shown(await world.say('patterns payment'))).toContain('*1 pattern in 10 lines* of payment-service');
    const text = shown(await world.say('patterns no-such-service'));
    expect(text).toContain('*no-such-service* wrote no lines');
    expect(text).toContain('`/sentinel patterns gateway`');
  });

  it.each(['level warn', 'warnings 10m', '10m warn'])('takes a level, before or after the time: %s', async (words) => {
    await world.telemetryStore.append({
      logs: [log(world.clock, 3, { message: 'pool of 20 connections is low', level: 'warn' })],
    });
    const text = shown(await world.say(`patterns payment-service ${words}`));
    expect(text).toContain('*1 pattern in 1 line* of payment-service, level warn, warning');
    expect(text).toContain('pool of');
    expect(text).not.toContain('timed out');
    expect(text).toMatch(/level IN\s+\(\s*"warn",\s+"warning"\s*\)/u);
  });

  it('says that a level has no lines, and asks about one that is misspelled', async () => {
    const text = shown(await world.say('patterns payment-service level info'));
    expect(text).toContain('*No lines* of payment-service, level info');
    expect(shown(await world.say('patterns payment-service level eror'))).toContain('is it level error?');
  });

  it.each(['payment-service new 10m', 'new payment-service 10m'])(
    'shows what changed first in any case: %s',
    async (words) => {
      expect(shown(await world.say(`patterns ${words}`))).toContain('*1 pattern in 10 lines* of payment-service');
    },
  );

  it('says that it looks at no shorter time than it can', async () => {
    const text = shown(await world.say('patterns payment-service 2m'));
    expect(text).toContain('5 min is the shortest time that is looked at');
    expect(shown(await world.say('patterns payment-service 10m'))).not.toContain('that is looked at');
    expect(shown(await world.say('patterns payment-service 3 days'))).toContain('the end of what was asked for');
  });

  it('does not take other words for a part of the name', async () => {
    const text = shown(await world.say('patterns payment-service level error timeout'));
    expect(text).toContain('not of words such as “timeout”');
    expect(text).toContain('`/sentinel logs payment-service level error timeout`');
  });

  it('keeps the level where it is shared, sent as a file, edited, or leads to the lines of a pattern', async () => {
    await world.telemetryStore.append({
      logs: [log(world.clock, 3, { message: 'timed out after 7 ms', level: 'warn' })],
    });
    const answer = await world.say('patterns payment-service level warn');
    await world.choose(valueOf(answer, 'CSV'));
    expect([...world.slack.files.values()][0]?.bytes?.toString()).toMatch(/,1,1,false,warn,/u);
    const [value = ''] = controls(answer)
      .filter(({ action_id }) => action_id === 'query.lines')
      .flatMap(({ options = [] }) => options.map((each) => each.value));
    expect(shown(await world.click('query.lines', value))).toMatch(/level IN\s+\(\s*"warn",\s+"warning"\s*\)/u);
    await world.click('query.edit', valueOf(answer, 'Edit as a query…'));
    expect(JSON.stringify(world.slack.views.at(-1))).toContain('warning');
    await world.click('query.share', valueOf(answer, 'Share'));
    const text = textsOf(world.slack.messages(CHANNEL)[0]?.blocks).join('\n').replaceAll('\u00a0', ' ');
    expect(text).toContain('*1 pattern in 1 line* of payment-service, level warn, warning');
  });

  it('is shared, once, for the same time', async () => {
    const answer = await world.say('patterns payment-service');
    const id = valueOf(answer, 'Share');
    world.clock.advance(30 * MINUTE_MS);
    expect((await world.click('query.share', id)).responses).toEqual([]);
    const text = textsOf(world.slack.messages(CHANNEL)[0]?.blocks).join('\n').replaceAll('\u00a0', ' ');
    expect(text).toContain('*1 pattern in 10 lines* of payment-service');
    expect(text).toContain('shared by <@U01YOU>');
    expect(text).not.toContain('only you see this');
    expect(world.slack.messages(CHANNEL)[0]?.blocks.some(({ type }) => type === 'actions')).toBe(false);
    expect(shown(await world.click('query.share', id))).toContain('shared already');
    expect(shown(await world.choose(`chart:${id}`))).toContain('nothing to draw');
  });

  it('is sent as a file with all of it', async () => {
    const answer = await world.say('patterns payment-service');
    expect(shown(await world.choose(valueOf(answer, 'CSV')))).toContain('The CSV of 1 row is <');
    const [file] = world.slack.files.values();
    const [head, row] = file?.bytes?.toString().split('\r\n') ?? [];
    expect(head).toBe('pattern,lines,share,estimated,level,change,times,first_seen,last_seen,newest_line');
    expect(row).toMatch(/^timed out waiting for .*,10,1,false,error,,,2026-11-21T/u);
    expect(file?.sharedTo?.channel).toBe('D01YOU');
  });

  it('is edited as a query that gives patterns, of the same time', async () => {
    await world.click('query.edit', valueOf(await world.say('patterns payment-service'), 'Edit as a query…'));
    const { private_metadata: privateMetadata, blocks } = world.slack.views.at(-1) as {
      private_metadata: string;
      blocks: { element: { initial_value: string } }[];
    };
    const query = blocks[0]?.element.initial_value;
    expect(query).toContain('service.name == "payment-service"');
    const values = { query: { value: { value: query } }, range: { value: {} } };
    const edited = await world.receiver.submit({ callbackId: 'edit_query', user: ASKER, privateMetadata, values });
    expect(shown(edited)).toMatch(/^\*timed out waiting .*: lines 10$/mu);
    expect(shown(edited)).toContain('(10 min)');
  });

  it('is one choice away from the lines of a service, for the same time', async () => {
    const lines = await world.say('logs payment-service since 20m');
    const text = shown(await world.choose(valueOf(lines, 'Patterns')));
    expect(text).toContain('*1 pattern in 20 lines* of payment-service');
    const several = await world.say('query FROM logs | LIMIT 50');
    expect(valueOf(several, 'Patterns')).toBe('no control Patterns');
    expect(shown(await world.choose(valueOf(lines, 'CSV').replace('csv', 'patterns')))).toContain('not kept any more');
  });

  it('leads from a pattern to its lines, for the asker alone', async () => {
    await world.telemetryStore.append({ logs: [log(world.clock, 3, { message: 'pool of 20 connections is empty' })] });
    const answer = await world.say('patterns payment-service');
    const [value = ''] = controls(answer)
      .filter(({ action_id }) => action_id === 'query.lines')
      .flatMap(({ options = [] }) =>
        options.filter(({ text }) => text.text.includes('pool')).map((each) => each.value),
      );
    const lines = shown(await world.click('query.lines', value));
    expect(lines).toContain('pool of 20 connections is empty');
    expect(lines).not.toContain('timed out');
    expect(lines).toContain('LIKE');
    world.slack.addUser({ id: 'U02SEC' });
    expect(shown(await world.click('query.lines', value, { user: 'U02SEC' }))).toContain('Somebody else asked that');
    expect(shown(await world.click('query.lines', value.replace(/:.*/u, ':99')))).toContain('not kept any more');
  });

  it('means the leading service of the incident in whose thread it is asked, since it began', async () => {
    await world.putIncidentThread();
    world.clock.advance(20 * MINUTE_MS);
    const text = shown(await world.say('patterns', { threadTs: THREAD }));
    expect(text).toContain('of payment-service');
    expect(text).toContain(`<!date^${openIncident().onsetAt.getTime() / 1000}^{time}`);
  });
});
