import Anthropic from '@anthropic-ai/sdk';
import type { LanguageModel, ModelRequest, ModelTurn } from '#ports/language-model.ts';
import type { Metrics } from '#ports/metrics.ts';
import { anthropicFault } from './anthropic-fault.ts';

export interface AnthropicDeps {
  readonly metrics: Metrics;
}

export interface AnthropicSettings {
  readonly apiKey: string;
  readonly model: string;
  /** Null: Anthropic's own. */
  readonly apiUrl: string | null;
}

// Once, after the pause that the answer names: somebody waits in Slack.
const RETRIES = 1;

/** Claude, by the official client. */
export const createAnthropicLanguageModel = (
  deps: AnthropicDeps,
  { apiKey, model, apiUrl }: AnthropicSettings,
): LanguageModel => {
  const client = new Anthropic({ apiKey, maxRetries: RETRIES, ...(apiUrl === null ? {} : { baseURL: apiUrl }) });
  const send = async (request: ModelRequest) => {
    const { instructions, tool, maxTokens, timeoutMs, signal } = request;
    const limit = AbortSignal.timeout(timeoutMs);
    return client.messages.create(
      {
        model,
        max_tokens: maxTokens,
        system: [{ type: 'text', text: instructions, cache_control: { type: 'ephemeral' } }],
        messages: messagesOf(request.turns),
        tools: [{ name: tool.name, description: tool.description, input_schema: { type: 'object', ...tool.input } }],
        tool_choice: { type: 'tool', name: tool.name, disable_parallel_tool_use: true },
      },
      // The client's own limit counts each attempt; this one counts them all.
      { timeout: timeoutMs, signal: signal === undefined ? limit : AbortSignal.any([signal, limit]) },
    );
  };
  return {
    ask: async (request) => {
      const startedMs = performance.now();
      const finish = (outcome: string): void =>
        deps.metrics.observe('sentinel_model_seconds', (performance.now() - startedMs) / 1000, {
          purpose: request.purpose,
          outcome,
        });
      try {
        const message = await send(request);
        finish('ok');
        const { input_tokens: inputTokens, output_tokens: outputTokens } = message.usage;
        deps.metrics.increment('sentinel_model_tokens_total', { purpose: request.purpose, kind: 'input' }, inputTokens);
        deps.metrics.increment(
          'sentinel_model_tokens_total',
          { purpose: request.purpose, kind: 'output' },
          outputTokens,
        );
        const calls = message.content.flatMap((block) =>
          block.type === 'tool_use' ? [{ id: block.id, tool: block.name, input: block.input }] : [],
        );
        return { calls, inputTokens, outputTokens };
      } catch (error) {
        finish('failed');
        throw anthropicFault(error, request.timeoutMs);
      }
    },
  };
};

const messagesOf = (turns: readonly ModelTurn[]): Anthropic.MessageParam[] =>
  turns.map((turn): Anthropic.MessageParam => {
    switch (turn.kind) {
      case 'person':
        return { role: 'user', content: turn.text };
      case 'model':
        return {
          role: 'assistant',
          content: turn.calls.map(({ id, tool, input }) => ({ type: 'tool_use', id, name: tool, input })),
        };
      case 'result':
        return {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: turn.callId, content: turn.text, is_error: turn.isError }],
        };
    }
  });
