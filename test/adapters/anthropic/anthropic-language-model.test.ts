import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAnthropicLanguageModel } from '#adapters/anthropic/anthropic-language-model.ts';
import type { ModelRequest } from '#ports/language-model.ts';
import { recordingMetrics } from '../../support/recording.ts';

type Answer = 'tool' | 'text' | 'hang' | { readonly status: number };

interface Received {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Record<string, unknown>;
}

let server: Server;
let apiUrl: string;
let received: Received[];
let answers: Answer[];

const message = (content: readonly unknown[]) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-test',
  content,
  stop_reason: 'tool_use',
  stop_sequence: null,
  usage: { input_tokens: 12, output_tokens: 3 },
});

beforeEach(async () => {
  received = [];
  answers = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
      const answer = answers.shift() ?? 'tool';
      if (answer === 'hang') return;
      const send = (status: number, body: unknown): void => {
        response.writeHead(status, { 'content-type': 'application/json', 'retry-after-ms': '1' });
        response.end(JSON.stringify(body));
      };
      if (typeof answer === 'object') {
        send(answer.status, { type: 'error', error: { type: 'some_error', message: 'a secret of the vendor' } });
        return;
      }
      const input = { query: 'FROM logs' };
      send(
        200,
        message([
          answer === 'tool' ? { type: 'tool_use', id: 'tu_1', name: 'propose', input } : { type: 'text', text: 'No.' },
        ]),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const REQUEST: ModelRequest = {
  instructions: 'Translate.',
  turns: [
    { kind: 'person', text: 'errors?' },
    { kind: 'model', calls: [{ id: 'tu_0', tool: 'propose', input: { query: 'FROM' } }] },
    { kind: 'result', callId: 'tu_0', text: 'line 1: no index', isError: true },
  ],
  tool: { name: 'propose', description: 'Proposes.', input: { properties: { query: { type: 'string' } } } },
  maxTokens: 100,
  timeoutMs: 5_000,
  purpose: 'test',
};

const modelWith = () => {
  const metrics = recordingMetrics();
  return {
    metrics,
    model: createAnthropicLanguageModel({ metrics }, { apiKey: 'sk-test', model: 'claude-test', apiUrl }),
  };
};

describe('Claude as the language model', () => {
  it('is asked with the conversation and must call the tool', async () => {
    const { model, metrics } = modelWith();
    expect(await model.ask(REQUEST)).toEqual({
      calls: [{ id: 'tu_1', tool: 'propose', input: { query: 'FROM logs' } }],
      inputTokens: 12,
      outputTokens: 3,
    });
    expect(received[0]?.body).toMatchObject({
      model: 'claude-test',
      max_tokens: 100,
      system: [{ type: 'text', text: 'Translate.' }],
      tool_choice: { type: 'tool', name: 'propose' },
      tools: [{ name: 'propose', input_schema: { type: 'object', properties: { query: { type: 'string' } } } }],
      messages: [
        { role: 'user', content: 'errors?' },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'tu_0', name: 'propose', input: { query: 'FROM' } }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'tu_0', is_error: true }] },
      ],
    });
    expect(metrics.values.get('sentinel_model_tokens_total purpose=test kind=input')).toBe(12);
  });

  it('has no call to tell where it answers otherwise', async () => {
    answers = ['text'];
    expect((await modelWith().model.ask(REQUEST)).calls).toEqual([]);
  });

  it('is asked once more after it was busy', async () => {
    answers = [{ status: 429 }];
    expect((await modelWith().model.ask(REQUEST)).calls).toHaveLength(1);
    expect(received).toHaveLength(2);
  });

  it.each([
    [[{ status: 529 }, { status: 529 }], 'rate-limited'],
    [[{ status: 500 }, { status: 500 }], 'unavailable'],
    [[{ status: 400 }], 'rejected'],
    [[{ status: 401 }], 'configuration'],
    [[{ status: 404 }], 'configuration'],
  ] as const)('fails after %j as %s, without the words of the vendor', async (faults, code) => {
    answers = [...faults];
    const fault: unknown = await modelWith()
      .model.ask(REQUEST)
      .catch((error: unknown) => error);
    expect(fault).toMatchObject({ code });
    expect((fault as { userMessage: string }).userMessage).not.toContain('secret');
  });

  it('is waited for no longer than the limit, attempts together', async () => {
    answers = ['hang', 'hang'];
    await expect(modelWith().model.ask({ ...REQUEST, timeoutMs: 200 })).rejects.toMatchObject({ code: 'timeout' });
  });
});
