import { createHash } from 'node:crypto';
import { DuckDBScalarFunction, VARCHAR, type DuckDBConnection } from '@duckdb/node-api';
import { hashOfName } from '#esql/functions/hash-algorithms.ts';

/** What DuckDB has no function for: the hexadecimal hash of a text by an algorithm's name; null of an unknown name. */
export const DIGEST_OF = 'digest_of';

/** Once for all connections of the database. */
export const registerDigestOf = (connection: DuckDBConnection): void =>
  connection.registerScalarFunction(
    DuckDBScalarFunction.create({
      name: DIGEST_OF,
      returnType: VARCHAR,
      parameterTypes: [VARCHAR, VARCHAR],
      mainFunction: (_info, input, output) => {
        const [names, texts] = [input.getColumnVector(0), input.getColumnVector(1)];
        for (let row = 0; row < input.rowCount; row += 1) {
          const [name, text] = [names.getItem(row), texts.getItem(row)];
          const algorithm = typeof name === 'string' ? hashOfName(name) : undefined;
          const isKnown = algorithm !== undefined && typeof text === 'string';
          output.setItem(row, isKnown ? createHash(algorithm).update(text).digest('hex') : null);
        }
        output.flush();
      },
    }),
  );
