// expects: unicorn(filename-case)
export const cased = 1;
