import Anthropic from '@anthropic-ai/sdk';
import { SECOND_MS } from '#kernel/duration.ts';
import { AppError } from '#kernel/errors.ts';

/** Says what the client threw in our words; what Anthropic said stays in the cause. */
export const anthropicFault = (error: unknown, timeoutMs: number): unknown => {
  if (error instanceof Anthropic.APIConnectionTimeoutError || error instanceof Anthropic.APIUserAbortError) {
    return new AppError({
      code: 'timeout',
      isRetryable: true,
      userMessage: `Claude did not answer within ${Math.round(timeoutMs / SECOND_MS)} s.`,
      cause: error,
    });
  }
  if (!(error instanceof Anthropic.APIError)) return error;
  const status: unknown = error.status;
  if (error instanceof Anthropic.AuthenticationError || error instanceof Anthropic.PermissionDeniedError) {
    return new AppError({
      code: 'configuration',
      isRetryable: false,
      userMessage: 'Claude does not accept the key in ANTHROPIC_API_KEY.',
      cause: error,
    });
  }
  if (status === 404) {
    return new AppError({
      code: 'configuration',
      isRetryable: false,
      userMessage: 'Claude does not know the model in claude.model.',
      cause: error,
    });
  }
  if (status === 429 || status === 529) {
    return new AppError({
      code: 'rate-limited',
      isRetryable: true,
      userMessage: 'Claude takes no more questions right now.',
      cause: error,
    });
  }
  const isRefused = typeof status === 'number' && status < 500;
  return new AppError({
    code: isRefused ? 'rejected' : 'unavailable',
    isRetryable: !isRefused,
    userMessage: isRefused ? 'Claude refused the question.' : 'Claude cannot be reached.',
    cause: error,
  });
};
