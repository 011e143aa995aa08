// expects: boundaries(dependencies)
import { Queue } from 'bullmq';

export const queue = new Queue('slack');
