// expects: boundaries(dependencies)
import { readConfig } from '#config.ts';

export const config = readConfig();
