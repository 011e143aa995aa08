import { isAppError } from '#kernel/errors.ts';
import { LATE, within } from '#kernel/within.ts';

export interface ReadinessCheck {
  readonly name: string;
  /** Resolves, perhaps with what was seen, or throws; an AppError's sentence is shown. */
  check(): Promise<string | undefined | void>;
}

export interface CheckResult {
  readonly name: string;
  readonly isReady: boolean;
  readonly detail: string | null;
  readonly tookMs: number;
}

export interface Readiness {
  readonly isReady: boolean;
  readonly checks: readonly CheckResult[];
}

// Kubernetes asks every 10 s with a limit of its own; an answer that is late is no answer.
export const READINESS_TIMEOUT_MS = 2_000;

const runCheck = async ({ name, check }: ReadinessCheck, timeoutMs: number): Promise<CheckResult> => {
  const startedMs = performance.now();
  const result = (isReady: boolean, detail: string | null): CheckResult => ({
    name,
    isReady,
    detail,
    tookMs: Math.round(performance.now() - startedMs),
  });
  try {
    const answer = await within(timeoutMs, check());
    if (answer === LATE) return result(false, `No answer within ${timeoutMs / 1000} s.`);
    return result(true, answer ?? null);
  } catch (error) {
    return result(false, isAppError(error) ? error.userMessage : 'The check failed. The log says why.');
  }
};

/** Runs the checks side by side. Callers at the same moment share one run, so that asking often costs little. */
export const createReadiness = (
  checks: readonly ReadinessCheck[],
  timeoutMs: number = READINESS_TIMEOUT_MS,
): (() => Promise<Readiness>) => {
  let current: Promise<Readiness> | undefined;
  const run = async (): Promise<Readiness> => {
    const results = await Promise.all(checks.map((check) => runCheck(check, timeoutMs)));
    return { isReady: results.every((result) => result.isReady), checks: results };
  };
  return () => {
    current ??= run().finally(() => {
      current = undefined;
    });
    return current;
  };
};
