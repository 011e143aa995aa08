// expects: eslint(no-console)
export const print = (): void => console.log('printed');
