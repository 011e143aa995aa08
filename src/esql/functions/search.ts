import { always, anything, literal, string } from './definition.ts';
import type { Argument, FunctionDefinition } from './definition.ts';

const search = (
  name: string,
  description: string,
  values: readonly Argument[],
  repeated?: Argument,
): FunctionDefinition => ({
  name,
  kind: 'search',
  description,
  signatures: [
    {
      arguments: values,
      ...(repeated ? { repeated: { arguments: [repeated], minRounds: 0 } } : {}),
      result: always('boolean'),
    },
  ],
});

const query = literal(string('query'));

/** Only in WHERE, over the fields of an index. None is ever null. Checked by search/check-search.ts. */
export const SEARCHES: readonly FunctionDefinition[] = [
  search(':', 'Whether a field holds a value, or a text any of the words.', [
    anything('field'),
    literal(anything('query')),
  ]),
  search('MATCH', 'Whether a field holds a value, or a text the words.', [
    anything('field'),
    literal(anything('query')),
  ]),
  search('MATCH_PHRASE', 'Whether a text holds the words next to each other and in this order.', [
    anything('field'),
    query,
  ]),
  search(
    'MULTI_MATCH',
    'Whether any of several fields holds a value or the words.',
    [query, anything('field')],
    anything('field'),
  ),
  search('KQL', 'What the language of Kibana finds: "level: error and not service.name: web*".', [query]),
  search('QSTR', 'What the query-string syntax of Lucene finds: "message:(disk OR memory) -level:info".', [query]),
];
