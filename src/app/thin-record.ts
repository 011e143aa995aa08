import type { IngestRecord } from '#capabilities/ingest/index.ts';

/**
 * Makes what leaves out all that neither detection nor the call graph reads, so that millions of lines
 * fit into memory. What the condition names is kept. Metrics are not judged.
 */
export const recordThinner = (failedExpression: string): ((record: IngestRecord) => IngestRecord | null) => {
  const names = (field: string): boolean => failedExpression.includes(field);
  const keeps = {
    message: names('message'),
    spanId: names('span.id'),
    host: names('host.name'),
    attributes: names('attributes.'),
  };
  return (record) => {
    if (record.index === 'metrics') return null;
    if (record.index === 'spans') {
      const { attributes: _, ...row } = record.row;
      return { index: 'spans', row };
    }
    const { attributes, ...row } = record.row;
    return {
      index: 'logs',
      row: {
        ...row,
        message: keeps.message ? row.message : null,
        spanId: keeps.spanId ? row.spanId : null,
        host: keeps.host ? row.host : null,
        ...(keeps.attributes && attributes ? { attributes } : {}),
      },
    };
  };
};
