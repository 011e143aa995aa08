// expects: boundaries(dependencies)
import { sell } from '../../../simulator/shop.ts';

export const sold = sell;
