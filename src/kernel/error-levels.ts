/** Levels of log lines that tell of a failure, in lower case, as they are stored. */
export const ERROR_LEVELS: readonly string[] = ['error', 'critical', 'fatal'];

export const isErrorLevel = (level: string): boolean => ERROR_LEVELS.includes(level.toLowerCase());

const QUOTED = ERROR_LEVELS.map((level) => `"${level}"`).join(', ');

/** ES|QL over `logs`: lines of such a level. */
export const HAS_ERROR_LEVEL = `level IN (${QUOTED})`;

/** ES|QL over `logs`: requests that failed, unless an operator says otherwise: a server error, or an error line without a status code. */
export const FAILED_BY_DEFAULT = `status_code >= 500 OR (status_code IS NULL AND ${HAS_ERROR_LEVEL})`;
