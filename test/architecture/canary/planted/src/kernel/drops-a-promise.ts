// expects: typescript(no-floating-promises)
export const drop = (work: () => Promise<void>): void => {
  work();
};
