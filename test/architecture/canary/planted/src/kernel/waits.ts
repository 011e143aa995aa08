// expects: eslint(no-restricted-globals)
export const wait = (done: () => void): void => {
  setTimeout(done, 1000);
};
