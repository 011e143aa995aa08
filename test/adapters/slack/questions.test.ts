import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#kernel/duration.ts';
import { CHANNEL } from './board-fixture.ts';
import { ASKER, controls, log, shown, textsOf, THREAD, valueOf, useQuestionsWorld } from './questions-world.ts';

const world = useQuestionsWorld();

const ERRORS = 'query errors from payment in the last hour';
const GROUPED = 'query FROM logs | STATS n = COUNT(*) BY service.name | SORT n DESC';

describe('a question in plain English', () => {
  it('runs at once where all of it is understood, and shows how, the ES|QL and how much was searched', async () => {
    const text = shown(await world.say(ERRORS));
    expect(text).toContain('service payment-service');
    expect(text).toContain('FROM logs\n| WHERE');
    expect(text).toContain('*30 rows*');
    expect(text).toMatch(/searched 31 logs in [\d.]+ m?s/);
  });

  it('is asked about where only a part is understood, and runs when that was meant', async () => {
    const asked = await world.say('query flaky stuff from payment in the last hour');
    expect(shown(asked)).toContain('*Understood in part.*');
    expect(shown(asked)).toMatch(/\? \*flaky stuff\*/);
    expect(shown(asked)).toContain('✓ *from payment*');
    expect(shown(asked)).toContain('Not run yet');
    const ran = await world.click('query.run', valueOf(asked, 'Run'));
    expect(shown(ran)).toContain('*No rows.*');
    expect(shown(await world.click('query.edit', valueOf(asked, 'Edit…')))).toBe('');
    expect(world.slack.views).toHaveLength(1);
  });

  it('that says nothing is answered with what could be asked', async () => {
    const text = shown(await world.say('query please show me'));
    expect(text).toContain('*Not understood:*');
    expect(text.match(/\/sentinel query /g)).toHaveLength(3);
  });

  it('shows examples of the busiest service, but to nobody who may not see telemetry', async () => {
    expect(shown(await world.say('query please'))).toContain(
      '/sentinel query errors from payment-service in the last hour',
    );
    expect(shown(await world.say('help'))).toContain('/sentinel patterns payment-service');
    expect(shown(await world.say('logs'))).toContain('/sentinel logs payment-service since 30m');
    expect(shown(await world.say('help', { user: 'U0GUEST' }))).toContain('/sentinel patterns a-service');
  });

  it('is read in the time zone of the asker, or in UTC where Slack does not tell it', async () => {
    // 02:18 UTC is 03:18 in Berlin.
    expect(shown(await world.say('query errors since 03:00'))).toContain('2026-11-21T02:00:00Z');
    world.slack.addUser({ id: 'U02SEC' });
    expect(shown(await world.say('query errors since 02:00', { user: 'U02SEC' }))).toContain('2026-11-21T02:00:00Z');
  });

  it('means the services and the time of the incident in whose thread it is asked', async () => {
    await world.putIncidentThread();
    const said = shown(await world.say('query count errors', { threadTs: THREAD }));
    expect(said).toContain('"payment-service"');
    expect(said).toContain('services of INC-142: payment-service');
    expect(said).toContain('min, the time of INC-142)');
    const named = shown(await world.say('query count errors from gateway', { threadTs: THREAD }));
    expect(named).toContain('service.name ==');
    expect(named).toContain('the time of INC-142');
    expect(named).not.toContain('all services');
    const ofMinutes = shown(await world.say('query count errors in the last 5m', { threadTs: THREAD }));
    expect(ofMinutes).toContain('named by the query');
    expect(ofMinutes).not.toContain('the time of INC-142');
    const asked = shown(await world.say('query flaky stuff', { threadTs: THREAD }));
    expect(asked).toContain(
      'services of INC-142: payment-service, order-service and gateway · the time of INC-142 where none',
    );
    expect(shown(await world.say('logs payment', { threadTs: THREAD }))).not.toContain('services of INC-142');
  });

  it('is asked of all services where those of the incident were not meant, and says what compares them', async () => {
    await world.putIncidentThread();
    const typed = await world.say('query FROM logs | STATS n = COUNT(*)', { threadTs: THREAD });
    expect(shown(typed)).toContain('services of INC-142: payment-service');
    const all = shown(await world.click('query.more', valueOf(typed, 'All services')));
    expect(all).not.toContain('payment-service');
    expect(all).toMatch(/the time of INC-142\) · all services · searched/u);
    const grouped = shown(await world.say(GROUPED, { threadTs: THREAD }));
    expect(grouped).toContain('all services');
    expect(shown(await world.say('query FROM metrics | STATS COUNT(*)', { threadTs: THREAD }))).toContain(
      'all services',
    );
    const renamed = 'query FROM logs | RENAME service.name AS s | WHERE s == "gateway" | STATS COUNT(*)';
    expect(shown(await world.say(renamed, { threadTs: THREAD }))).not.toMatch(/all services|services of/u);
    expect(shown(await world.say('query ROW x = 1', { threadTs: THREAD }))).not.toMatch(/INC-142|all services/u);
    const english = await world.say('query count errors', { threadTs: THREAD });
    expect(shown(await world.click('query.more', valueOf(english, 'All services')))).toContain('all services');
    expect(JSON.stringify(controls(await world.say('query count errors')))).not.toContain('All services');
  });

  it('about a trace says which command shows all of it, also where nothing is found', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    expect(shown(await world.say(`query trace ${traceId}`))).toContain(`/sentinel trace ${traceId}`);
    await world.telemetryStore.append({ logs: [log(world.clock, 2, { traceId })] });
    expect(shown(await world.say(`query trace ${traceId}`))).toContain(`/sentinel trace ${traceId}`);
  });

  it('is answered by a mention, in the thread where Sentinel was mentioned', async () => {
    await world.putIncidentThread();
    await world.receiver.mention({
      text: '<@U0SENTINEL> errors from payment in the last hour',
      user: ASKER,
      channel: CHANNEL,
      threadTs: THREAD,
    });
    expect(world.slack.ephemerals).toMatchObject([
      { user: ASKER, threadTs: THREAD, text: expect.stringMatching(/^30 rows/) },
    ]);
    await world.receiver.mention({ text: '<@U0SENTINEL> resolve problems of payment', user: ASKER, channel: CHANNEL });
    expect(JSON.stringify(world.slack.ephemerals[1])).toContain('FROM logs');
    await world.receiver.mention({ text: '<@U0SENTINEL> status', user: ASKER, channel: CHANNEL, threadTs: THREAD });
    await world.receiver.mention({ text: '<@U0SENTINEL> is it fixed?', user: ASKER, channel: CHANNEL });
    expect(world.slack.ephemerals.slice(2).map(({ text }) => text)).toEqual([
      expect.stringContaining('Sentinel is well'),
      '1 incident is open: INC-142 P1 payment-service.',
    ]);
  });
});

describe('/sentinel logs', () => {
  it('shows the logs of a service by the same grammar, with words that are looked for', async () => {
    const text = shown(await world.say('logs payment-service since 10m level error connection'));
    expect(text).toContain('FROM logs');
    expect(text).toContain('"*connection*"');
    expect(text).toContain('*10 rows*');
  });

  it('names the services that there are for one that there is not', async () => {
    expect(shown(await world.say('logs paymint-service'))).toContain('Did you mean payment-service?');
    const near = await world.say('logs pament since 10m connection');
    expect(shown(near)).toContain('Did you mean payment-service?');
    const answer = await world.click('query.run', valueOf(near, 'Run with payment-service'));
    expect(shown(answer)).toContain('*10 rows*');
    expect(shown(await world.say('patterns pament'))).toContain('Did you mean `/sentinel patterns payment-service`?');
    expect(shown(await world.say('logs nothing-like-it'))).toContain('There are payment-service');
    expect(shown(await world.say('logs'))).toContain('The name of a service is missing');
  });
});

describe('the log lines of a trace', () => {
  it('are an answer by a click, with the way back to the trace', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    await world.telemetryStore.append({ logs: [log(world.clock, 2, { traceId, message: 'of the trace' })] });
    const answer = await world.click('trace.lines', traceId);
    expect(shown(answer)).toContain('of the trace');
    expect(valueOf(answer, 'Row 1, 02:16:00')).toBe(traceId);
  });
});

describe('the buttons of an answer', () => {
  it('work after a restart, on another instance, and for the asker alone', async () => {
    const answer = await world.say(GROUPED);
    const id = valueOf(answer, 'Share');
    const explain = { actionId: 'query.more', value: `explain:${id}`, channel: CHANNEL, isChoice: true };
    const elsewhere = await world.another().click({ ...explain, user: ASKER });
    expect(shown(elsewhere)).toContain(
      '1. Reads logs.\n2. Takes the number of rows (called n), for each service.name.',
    );
    world.slack.addUser({ id: 'U02SEC' });
    expect(shown(await world.another().click({ ...explain, user: 'U02SEC' }))).toContain('Somebody else asked that');
    expect(shown(await world.choose('explain:Q-0'))).toContain('not kept any more');
    expect(shown(await world.choose('toString:Q-1'))).toContain('not kept any more');
  });

  it('share the same answer for all to see, once, whatever happened since', async () => {
    const answer = await world.say(GROUPED);
    const id = valueOf(answer, 'Share');
    world.clock.advance(MINUTE_MS);
    await world.telemetryStore.append({ logs: [log(world.clock, 0)] });
    expect((await world.click('query.share', id)).responses).toEqual([]);
    const [message] = world.slack.messages(CHANNEL);
    expect(textsOf(message?.blocks).join('\n')).toContain('shared by <@U01YOU>');
    expect(textsOf(message?.blocks).join('\n')).toMatch(/as of .*02:18.*, rows that came late included/u);
    expect(textsOf(message?.blocks).join('\n')).toMatch(/30\s+payment-service/);
    expect(message?.blocks.some(({ type }) => type === 'actions')).toBe(false);
    expect(shown(await world.click('query.share', id))).toContain('shared already');
    expect(world.slack.messages(CHANNEL)).toHaveLength(1);
  });

  it('share what was asked in plain English and how it was understood, also where only a part was', async () => {
    const whole = await world.say('query errors from payment in the last hour');
    await world.click('query.share', valueOf(whole, 'Share'));
    world.clock.advance(MINUTE_MS);
    const part = await world.say('query errors from payment waiting in the last hour');
    const ran = await world.click('query.run', valueOf(part, 'Run'));
    await world.click('query.share', valueOf(ran, 'Share'));
    const texts = world.slack.messages(CHANNEL).map(({ blocks }) => textsOf(blocks).join('\n'));
    expect(texts[0]).toContain('asked: “errors from payment in the last hour” · ');
    expect(texts[0]).toContain('from payment → service payment-service');
    expect(texts[1]).toContain('asked: “errors from payment waiting in the last hour” · ');
    expect(shown(whole)).not.toContain('asked:');
  });

  it('share that nothing was found', async () => {
    const answer = await world.say('query errors from checkout in the last hour');
    await world.choose(valueOf(answer, 'Share'));
    const text = textsOf(world.slack.messages(CHANNEL)[0]?.blocks).join('\n');
    expect(text).toContain('*No rows.*');
    expect(text).toContain('shared by <@U01YOU>');
  });

  it('say so where Slack asks to wait or loses its answer, and never share twice', async () => {
    const id = valueOf(await world.say(GROUPED), 'Share');
    world.slack.failNext('chat.postMessage', { kind: 'rate-limited', retryAfterSeconds: 7 });
    expect(shown(await world.click('query.share', id))).toContain('Slack asks to wait 7 s. Nothing was shared yet.');
    world.slack.failNext('chat.postMessage', { kind: 'lost-response' });
    expect(shown(await world.click('query.share', id))).toContain('Whether it was shared is not known yet.');
    world.clock.advance(30_000);
    await world.click('query.share', id);
    expect(world.slack.messages(CHANNEL)).toHaveLength(1);
    const twice = valueOf(await world.say(GROUPED), 'Share');
    await Promise.all([world.click('query.share', twice), world.click('query.share', twice)]);
    expect(world.slack.messages(CHANNEL)).toHaveLength(2);
  });

  it('share with nobody who may not see telemetry', async () => {
    const id = valueOf(await world.say(GROUPED), 'Share');
    world.slack.setChannel(CHANNEL, { isExternallyShared: true });
    world.clock.advance(6 * MINUTE_MS);
    await world.click('query.share', id);
    expect(world.slack.messages(CHANNEL)).toEqual([]);
  });

  it('send all rows as a file that only the asker can open', async () => {
    const answer = await world.say(`${GROUPED} | LIMIT 5`);
    const said = shown(await world.choose(valueOf(answer, 'CSV')));
    expect(said).toContain('The CSV of 2 rows is <');
    const [file] = world.slack.files.values();
    expect(file?.sharedTo).toMatchObject({ channel: 'D01YOU', threadTs: null });
    expect(file?.bytes?.toString()).toBe('n,service.name\r\n30,payment-service\r\n1,gateway\r\n');
  });

  it('draw a chart for the asker, and below a shared answer for all', async () => {
    const answer = await world.say('query count errors from payment over time');
    expect(shown(await world.choose(valueOf(answer, 'Chart')))).toContain('The chart is <');
    await world.click('query.share', valueOf(answer, 'Share'));
    const [message] = world.slack.messages(CHANNEL);
    expect([...world.slack.files.values()].map(({ sharedTo }) => sharedTo)).toMatchObject([
      { channel: 'D01YOU', threadTs: null },
      { channel: CHANNEL, threadTs: message?.ts },
    ]);
    expect([...world.slack.files.values()].map(({ sharedTo }) => sharedTo?.comment)).toEqual([
      expect.stringMatching(/^The chart of “count errors from payment over time”, .*UTC> \(1.h\)$/u),
      expect.stringMatching(/^The chart of “count errors from payment over time”, .*UTC> \(1.h\)$/u),
    ]);
    const [file] = world.slack.files.values();
    expect(file?.bytes?.subarray(1, 4).toString()).toBe('PNG');
    const rows = await world.say('query FROM logs | LIMIT 3');
    expect(shown(rows)).not.toContain('Chart');
    expect(shown(await world.choose(valueOf(rows, 'CSV').replace('csv', 'chart')))).toContain('nothing to draw');
  });

  it('show the next rows of the same answer', async () => {
    const answer = await world.say('query FROM logs | WHERE level == "error" | KEEP @timestamp | SORT @timestamp');
    expect(shown(answer)).toContain('the first 10 of 30 rows are shown');
    const next = await world.choose(valueOf(answer, 'Next rows'));
    expect(shown(next)).toContain('rows 11 to 30 of 30 are shown');
    expect(controls(next).flatMap(({ options = [] }) => options.map(({ text }) => text.text))).not.toContain(
      'Next rows',
    );
  });

  it('look further back where nothing was found', async () => {
    const answer = await world.say('query errors from checkout in the last hour');
    expect(shown(answer)).toContain('*No rows.*');
    const wider = await world.click('query.widen', valueOf(answer, 'Last 6 h'));
    expect(shown(wider)).toContain('*1 row*');
    expect(shown(wider)).toContain('6 h');
    expect(shown(wider)).not.toContain('NOW()');
  });

  it('run what was probably meant about the services that are meant in the thread', async () => {
    await world.putIncidentThread();
    const refused = await world.say('query FROM logs | WHERE levl == "error" | STATS n = COUNT(*)', {
      threadTs: THREAD,
    });
    const fixed = shown(await world.click('query.run', valueOf(refused, 'Run with level')));
    expect(fixed).toContain('services of INC-142: payment-service');
  });

  it('run a query with what was probably meant', async () => {
    const refused = await world.say('query FROM logs | WHERE levl == "error" | STATS n = COUNT(*)');
    expect(shown(refused)).toContain('Nothing was run');
    const fixed = await world.click('query.run', valueOf(refused, 'Run with level'));
    expect(shown(fixed)).toContain('level == "error"');
    expect(shown(fixed)).toContain('n *30*');
    const both = await world.say('query FROM logs | WHERE levl == "error" AND service == "gateway"');
    expect(shown(both)).toContain('Run with these 2');
    expect(shown(both)).toContain('probably meant: level and service.name');
    expect(shown(await world.say('query FROM logs | WHERE level = "error"'))).toContain('Run with ==');
    expect(shown(await world.say('query FROM log | LIMIT 5'))).toContain('Run with logs');
    const quoted = await world.say("query FROM logs | WHERE level == 'error' AND service.name == 'gateway'");
    expect(shown(await world.click('query.run', valueOf(quoted, 'Run with these 2')))).toContain('level == "error"');
    expect(shown(await world.say('query FROM'))).toContain('the name of an index is expected');
    const number = await world.say('query FROM logs | WHERE status_code == "500" AND duration_ms > "20"');
    const ran = await world.click('query.run', valueOf(number, 'Run with 500 and 20'));
    expect(shown(ran)).toContain('status_code == 500');
  });
});

describe('too many questions', () => {
  it('are told kindly when to ask again', async () => {
    await world.reopen({ perMinute: 2 });
    await world.say(GROUPED);
    await world.say(GROUPED);
    world.clock.advance(20_000);
    expect(shown(await world.say(GROUPED))).toContain('You asked 2 times within a minute. Ask again in 40 s.');
    world.clock.advance(41_000);
    expect(shown(await world.say(GROUPED))).toContain('payment-service');
  });

  it('are limited together, whichever command or button asks', async () => {
    await world.reopen({ perMinute: 2 });
    const id = valueOf(await world.say('patterns payment-service'), 'Share');
    await world.say(GROUPED);
    expect(shown(await world.say('patterns payment-service'))).toContain('You asked 2 times within a minute.');
    expect(shown(await world.click('query.share', id))).toContain('You asked 2 times within a minute.');
    expect(world.slack.messages(CHANNEL)).toEqual([]);
  });
});

describe('log lines that others wrote', () => {
  const HOSTILE = [
    '<!channel> <@U02SEC> <!here> please',
    '*bold* _italic_ ~gone~ `code` ```fence',
    '=HYPERLINK("https://evil.example","click")',
    'https://evil.example/x :tada: &lt;!everyone&gt;',
    '\u202Egnp.exe\u0000\u001b[31m',
  ];

  it('notify nobody and end no block, in answers, shared answers and files', async () => {
    await world.telemetryStore.append({
      logs: HOSTILE.map((message, index) => log(world.clock, index, { service: '<!channel>', message })),
    });
    const query = 'query FROM logs | WHERE service.name == "<!channel>" | STATS n = COUNT(*) BY message, service.name';
    const answer = await world.say(query);
    await world.click('query.share', valueOf(answer, 'Share'));
    await world.choose(valueOf(answer, 'CSV'));
    await world.choose(valueOf(answer, 'Explain the query'));
    await world.say('query <!channel> <@U02SEC> from payment');
    await world.say('logs <!here> *x*');
    await world.say('patterns <!channel>');
    await world.receiver.mention({ text: '<@U0SENTINEL> why <!channel> ```', user: ASKER, channel: CHANNEL });
    const sent = JSON.stringify([
      world.slack.responses,
      world.slack.messages(CHANNEL),
      world.slack.ephemerals,
      [...world.slack.files.values()].map(({ name, sharedTo }) => [name, sharedTo]),
    ]);
    expect(sent).not.toMatch(/<!(?:channel|here|everyone)|<@U02SEC/);
    expect(sent).not.toContain('\u202e');
    const file = [...world.slack.files.values()].find(({ name }) => name.endsWith('.csv'));
    expect(file?.bytes?.toString()).toContain(`"'=HYPERLINK(""https://evil.example"",""click"")"`);
  });
});
