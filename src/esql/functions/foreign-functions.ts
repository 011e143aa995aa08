/** Functions of Elasticsearch that Sentinel does not have, with what to use instead where there is anything. */
const FOREIGN_FUNCTIONS: Readonly<Record<string, string>> = {
  TERM: 'MATCH', SCORE: 'SORT by a field', KNN: '', DECAY: '', TEXT_EMBEDDING: '', RATE: '', CHUNK: '',
  TRANGE: '@timestamp >= NOW() - 1 hour', SAMPLE: 'the command SAMPLE',
  TO_GEOPOINT: '', TO_GEOSHAPE: '', TO_CARTESIANPOINT: '', TO_CARTESIANSHAPE: '', ST_DISTANCE: '', ST_INTERSECTS: '',
  ST_CENTROID_AGG: '', ST_EXTENT_AGG: '',
}; // prettier-ignore

export const isForeignFunction = (name: string): boolean => Object.hasOwn(FOREIGN_FUNCTIONS, name);

/** "; use TO_LONG instead", or nothing. */
export const insteadOfFunction = (name: string): string => {
  const instead = FOREIGN_FUNCTIONS[name] ?? '';
  return instead === '' ? '' : `; use ${instead} instead`;
};
