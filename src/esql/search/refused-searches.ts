/** What the search languages have and Sentinel refuses, in the words of the refusal. */
export const REFUSED_SEARCHES = {
  KQL: 'nested fields in braces',
} as const;
