import { looksLikeSecret } from './find-secrets.ts';

const SHOWN_CHARACTERS = 60;

/** What was found, for a problem: short, and never a secret. */
export const showValue = (value: unknown): string => {
  if (value === undefined || value === null) return 'nothing';
  if (looksLikeSecret(value)) return 'a secret';
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) return typeof value;
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
};
