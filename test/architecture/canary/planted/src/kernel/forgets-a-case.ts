// expects: typescript(switch-exhaustiveness-check)
export const letter = (word: 'a' | 'b'): number => {
  switch (word) {
    case 'a':
      return 1;
  }
  return 2;
};
