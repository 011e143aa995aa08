/** Half-open: from ≤ t < to. */
export interface TimeWindow {
  readonly from: Date;
  readonly to: Date;
}

export const windowBefore = (to: Date, lengthMs: number): TimeWindow => ({
  from: new Date(to.getTime() - lengthMs),
  to,
});
