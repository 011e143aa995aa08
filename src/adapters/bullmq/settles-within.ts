/** Whether the work ended, either way, within the limit. Its error is left to whoever awaits it. */
export const settlesWithin = async (work: Promise<unknown>, limitMs: number): Promise<boolean> => {
  const limit = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => limit.resolve(false), limitMs);
  const ended = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([ended, limit.promise]);
  } finally {
    clearTimeout(timer);
  }
};
