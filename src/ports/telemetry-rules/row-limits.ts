import { SECOND_MS } from '#kernel/duration.ts';

// A sender's clock that is further ahead is wrong; detection reports such rows instead of counting them.
export const MAX_FUTURE_MS = 30 * SECOND_MS;

/** In UTF-16 code units. Elasticsearch refuses keywords above 32,766 bytes. */
export const MAX_MESSAGE_LENGTH = 32_000;
export const MAX_KEYWORD_LENGTH = 1_024;
export const MAX_ATTRIBUTE_NAME_LENGTH = 256;
export const MAX_ATTRIBUTE_VALUE_LENGTH = 8_192;
export const MAX_ATTRIBUTES_PER_ROW = 128;

/** Services whose rows of the future are told apart; the others are counted together. */
export const MAX_FUTURE_SERVICES = 1_000;
