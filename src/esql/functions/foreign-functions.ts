/** Functions of Elasticsearch that Sentinel does not have, with what to use instead where there is anything. */
const FOREIGN_FUNCTIONS: Readonly<Record<string, string>> = {
  TERM: 'MATCH', SCORE: 'SORT by a field', KNN: '', DECAY: '', TEXT_EMBEDDING: '', RATE: '', IRATE: '', INCREASE: '',
  DELTA: '', IDELTA: '', DERIV: '', CHUNK: '', TOP_SNIPPETS: '', SPARKLINE: '', HISTOGRAM_PERCENTILE: 'PERCENTILE',
  TRANGE: '@timestamp >= NOW() - 1 hour', SAMPLE: 'the command SAMPLE', NETWORK_DIRECTION: 'CIDR_MATCH',
  TO_GEOPOINT: '', TO_GEOSHAPE: '', TO_CARTESIANPOINT: '', TO_CARTESIANSHAPE: '', TO_GEOHASH: '', TO_GEOTILE: '',
  TO_GEOHEX: '', TO_DATE_RANGE: '', TO_DENSE_VECTOR: '', TO_AGGREGATE_METRIC_DOUBLE: '', TO_TDIGEST: '',
  TO_EXPONENTIAL_HISTOGRAM: '',
}; // prettier-ignore

/** Of geometry, of vectors and of time series. */
const FOREIGN_FAMILIES = /^(?:ST_\w+|V_\w+|\w+_OVER_TIME)$/;

/** What other languages call a function of ours. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  UPPER: 'TO_UPPER', UCASE: 'TO_UPPER', TOUPPER: 'TO_UPPER', LOWER: 'TO_LOWER', LCASE: 'TO_LOWER', TOLOWER: 'TO_LOWER',
  IF: 'CASE', IIF: 'CASE', IFF: 'CASE', IFNULL: 'COALESCE', NVL: 'COALESCE', LEN: 'LENGTH', STRLEN: 'LENGTH',
  CHAR_LENGTH: 'LENGTH', SUBSTR: 'SUBSTRING', MID: 'SUBSTRING', GETDATE: 'NOW', CURRENT_TIMESTAMP: 'NOW',
  CURRENT_DATE: 'NOW', CURRENT_TIME: 'NOW', SYSDATE: 'NOW', UTCNOW: 'NOW', UTC_TIMESTAMP: 'NOW',
  DATE_HISTOGRAM: 'BUCKET', TIME_BUCKET: 'BUCKET', HISTOGRAM: 'BUCKET',
  DISTINCT_COUNT: 'COUNT_DISTINCT', DISTINCTCOUNT: 'COUNT_DISTINCT', DC: 'COUNT_DISTINCT', DCOUNT: 'COUNT_DISTINCT',
  COUNTDISTINCT: 'COUNT_DISTINCT', CARDINALITY: 'COUNT_DISTINCT', APPROX_COUNT_DISTINCT: 'COUNT_DISTINCT',
  UNIQ: 'COUNT_DISTINCT', DISTINCT: 'COUNT_DISTINCT', STDEV: 'STD_DEV', STDDEV: 'STD_DEV', STDDEV_POP: 'STD_DEV',
  MEAN: 'AVG', AVERAGE: 'AVG', VAR: 'VARIANCE', VAR_POP: 'VARIANCE', QUANTILE: 'PERCENTILE', PERC: 'PERCENTILE',
  TO_NUMBER: 'TO_DOUBLE', TONUMBER: 'TO_DOUBLE', TO_NUM: 'TO_DOUBLE', TO_FLOAT: 'TO_DOUBLE', TO_TEXT: 'TO_STRING',
  TOSTRING: 'TO_STRING', TO_DATE: 'TO_DATETIME', TO_TIMESTAMP: 'TO_DATETIME', STRFTIME: 'DATE_FORMAT',
  TO_CHAR: 'DATE_FORMAT', FORMAT_DATE: 'DATE_FORMAT', STRPTIME: 'DATE_PARSE', PARSE_DATE: 'DATE_PARSE',
  DATEDIFF: 'DATE_DIFF', TIMESTAMPDIFF: 'DATE_DIFF', DATE_PART: 'DATE_EXTRACT', DATEPART: 'DATE_EXTRACT',
  STRCAT: 'CONCAT', REGEXP_REPLACE: 'REPLACE', REGEX_REPLACE: 'REPLACE', INSTR: 'LOCATE', POSITION: 'LOCATE',
  STRPOS: 'LOCATE', CHARINDEX: 'LOCATE', STARTSWITH: 'STARTS_WITH', ENDSWITH: 'ENDS_WITH', CEILING: 'CEIL',
  POWER: 'POW', GROUP_CONCAT: 'VALUES', STRING_AGG: 'VALUES', ARRAY_AGG: 'VALUES', COLLECT_SET: 'VALUES',
  MAKE_SET: 'VALUES', MAKE_LIST: 'VALUES', ARRAY_LENGTH: 'MV_COUNT', MVCOUNT: 'MV_COUNT', MVJOIN: 'MV_CONCAT',
}; // prettier-ignore

/** What other languages do by a function and ES|QL in another way. */
const OTHER_WAYS: Readonly<Record<string, string>> = {
  AGO: 'NOW() - 1 hour', DATE_ADD: 'x + 1 hour', DATEADD: 'x + 1 hour', DATE_SUB: 'x - 1 hour', MOD: 'x % y',
  ISNULL: 'x IS NULL', ISNOTNULL: 'x IS NOT NULL', CAST: 'x::type', CONVERT: 'x::type', REGEXP: 'x RLIKE "…"',
  REGEX: 'x RLIKE "…"', REGEXP_LIKE: 'x RLIKE "…"', REGEXP_MATCH: 'x RLIKE "…"', MATCHES: 'x RLIKE "…"',
  RLIKE: 'x RLIKE "…"', LIKE: 'x LIKE "*…*"', ILIKE: 'TO_LOWER(x) LIKE "*…*"', REGEXP_EXTRACT: 'the command GROK',
  REX: 'the command GROK', COUNTIF: 'COUNT(*) WHERE condition', COUNT_IF: 'COUNT(*) WHERE condition',
  SUMIF: 'SUM(x) WHERE condition', SUM_IF: 'SUM(x) WHERE condition', FILTER: 'WHERE after the aggregate',
}; // prettier-ignore

const PERCENTILE = /^P(?:ERC(?:ENTILE)?_?)?(\d{2})(\d?)$/;

export const isForeignFunction = (name: string): boolean =>
  Object.hasOwn(FOREIGN_FUNCTIONS, name) || FOREIGN_FAMILIES.test(name);

/** "; use TO_LONG instead", or nothing. */
export const insteadOfFunction = (name: string): string => {
  const [, percent, fraction] = PERCENTILE.exec(name) ?? [];
  const percentile = percent === undefined ? '' : `PERCENTILE(x, ${percent}${fraction === '' ? '' : `.${fraction}`})`;
  const known = [FOREIGN_FUNCTIONS, OTHER_WAYS].find((names) => Object.hasOwn(names, name));
  const instead = known?.[name] ?? percentile;
  return instead === '' ? '' : `; use ${instead} instead`;
};

/** Our name of a function of another language, or undefined. */
export const otherNameOf = (name: string): string | undefined =>
  Object.hasOwn(OTHER_NAMES, name) ? OTHER_NAMES[name] : undefined;
