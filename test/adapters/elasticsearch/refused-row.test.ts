import { describe, expect, test } from 'vitest';
import type { EncodedRow } from '#adapters/elasticsearch/encode-rows.ts';
import { refusedRow } from '#adapters/elasticsearch/refused-row.ts';
import { optionsFor } from '../../support/elasticsearch/elasticsearch-under-test.ts';

const { fields } = optionsFor('http://127.0.0.1:9');
const row: EncodedRow = { kind: 'logs', index: 3, action: '{}', document: '{}' };

describe('a row that is refused with status 400', () => {
  test.each([
    [
      'document_parsing_exception',
      '[1:9] failed to parse field [host.name] of type [integer]: secret',
      true,
      'host.name',
      'host.name does not fit the mapping',
    ],
    ['strict_dynamic_mapping_exception', '[1:9] mapping set to strict', true, null, 'the row does not fit the mapping'],
    [
      'illegal_argument_exception',
      'Limit of total fields [1000] has been exceeded while adding new fields [1]',
      true,
      null,
      'as many as it may',
    ],
    [
      'illegal_argument_exception',
      'Document contains at least one immense term in field="host.name" (whose UTF8 encoding…',
      false,
      'host.name',
      'host.name is longer',
    ],
    [
      'illegal_argument_exception',
      'pipeline with id [secret] does not exist',
      false,
      null,
      'refused the row (illegal_argument_exception)',
    ],
    ['invalid_index_name_exception', 'secret', false, null, 'refused the row (invalid_index_name_exception)'],
    ['not a name: secret', 'secret', false, null, 'refused the row'],
  ])('for %s, %s, tells that reason in words of its own', (type, reason, isMapping, field, words) => {
    const refusal = refusedRow(fields, row, { type, reason });
    expect(refusal).toEqual({
      isMapping,
      row: { kind: 'logs', index: 3, field, reason: expect.stringContaining(words) },
    });
    expect(refusal.row.reason).not.toContain('secret');
  });

  test('is told without a reason where there is none', () => {
    expect(refusedRow(fields, row, undefined).row.reason).toBe('Elasticsearch refused the row');
  });
});
