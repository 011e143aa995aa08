import { readFileSync } from 'node:fs';
import { z } from 'zod';

export const readConfig = (): string =>
  z.string().parse(process.env['SENTINEL_CONFIG'] ?? readFileSync('sentinel.yaml', 'utf8'));
