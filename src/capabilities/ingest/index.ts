export { createTally, ingestLines, type IngestTally, MAX_LINE_BYTES } from './ingest-lines.ts';
export { INGEST_INDICES, type IngestRecord, isIngestIndex } from './read-record.ts';
