import { didYouMean } from './suggest.ts';

/** What FROM … METADATA gives beside the fields of a row. */
export const METADATA: readonly string[] = ['_index'];

const OF_DOCUMENTS = 'it tells how Elasticsearch stores a document, and rows are kept in tables as well';

/** Why Elasticsearch's other ones are left out, and what answers the question instead. */
const REFUSED: Readonly<Record<string, string>> = {
  _id: 'rows have no ids of their own; @timestamp, trace.id and span.id tell them apart',
  _score: 'a search tells whether a row matches and not how well; SORT @timestamp DESC puts the newest match first',
  _source: 'the columns are all that is kept of a row; KEEP names them',
  _version: OF_DOCUMENTS,
  _ignored: OF_DOCUMENTS,
  _index_mode: OF_DOCUMENTS,
  _size: OF_DOCUMENTS,
  _tier: OF_DOCUMENTS,
};

/** Why METADATA of this name cannot be had; it is outside of the language if Elasticsearch has it. */
export const metadataProblem = (name: string): { readonly message: string; readonly isOutside: boolean } => {
  const why = Object.hasOwn(REFUSED, name) ? REFUSED[name] : undefined;
  const there = `there is ${METADATA.join(', ')}`;
  if (why === undefined)
    return {
      message: `unsupported metadata field [${name}]${didYouMean(name, METADATA) || `; ${there}`}`,
      isOutside: false,
    };
  return { message: `METADATA [${name}] is not in Sentinel's language: ${why}; ${there}`, isOutside: true };
};
