import type { Client } from '@elastic/elasticsearch';
import type { FieldType, IndexSchema } from '#esql/schema.ts';
import { readFieldTypes } from './mapped-fields.ts';
import { uncastType } from './stored-types.ts';

/** Fields of one lookup index that queries can name. */
const MAX_FIELDS = 500;

/** The fields of a lookup index, each in its own type: nothing can be cast before it is joined. */
export const readLookupSchema = async (client: Client, index: string): Promise<IndexSchema> => {
  const mapped = [...(await readFieldTypes(client, index))].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const fields = mapped.flatMap(([name, types]): [string, FieldType][] => {
    const [only] = types;
    const type = only === undefined ? null : uncastType(only);
    return type === null ? [] : [[name, type]];
  });
  return { fields: new Map(fields.slice(0, MAX_FIELDS)), isLookup: true };
};
