// expects: boundaries(dependencies)
import { Pool } from 'pg';

export const pool = new Pool();
