/** What the model may call; `input` is a JSON Schema. */
export interface ModelTool {
  readonly name: string;
  readonly description: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface ToolCall {
  readonly id: string;
  readonly tool: string;
  /** As the model wrote it: nothing is checked yet. */
  readonly input: unknown;
}

export type ModelTurn =
  | { readonly kind: 'person'; readonly text: string }
  | { readonly kind: 'model'; readonly calls: readonly ToolCall[] }
  | { readonly kind: 'result'; readonly callId: string; readonly text: string; readonly isError: boolean };

export interface ModelRequest {
  /** Instructions; the same for every request of a purpose. */
  readonly instructions: string;
  readonly turns: readonly ModelTurn[];
  /** The tool that it must call. */
  readonly tool: ModelTool;
  readonly maxTokens: number;
  readonly timeoutMs: number;
  /** For metrics, e.g. `question`. */
  readonly purpose: string;
  readonly signal?: AbortSignal;
}

export interface ModelAnswer {
  /** Empty where it ended otherwise: out of tokens, or it refused. */
  readonly calls: readonly ToolCall[];
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/**
 * A model that answers by calling a tool. Throws AppError: `unavailable`, `timeout`, `rate-limited`,
 * `configuration` (the key), `rejected` (the request); the vendor's own words stay in `cause`.
 */
export interface LanguageModel {
  ask(request: ModelRequest): Promise<ModelAnswer>;
}
