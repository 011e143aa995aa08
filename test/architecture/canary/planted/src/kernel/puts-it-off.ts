// expects: eslint(no-warning-comments)
// TODO later
export const later = 1;
