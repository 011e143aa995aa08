/** A span as it is stored; times in epoch milliseconds by the clock of the host that wrote it. */
export interface StoredSpan {
  readonly spanId: string;
  readonly parentId: string | null;
  readonly service: string;
  readonly name: string;
  readonly kind: string;
  readonly peerService: string | null;
  readonly startMs: number;
  readonly durationMs: number;
  readonly isError: boolean;
}

/** A span in its place in the tree. Times in milliseconds since the trace began. */
export interface TraceSpan {
  /** Position in `Trace.spans`. */
  readonly at: number;
  /** Position of its parent; null: a root. */
  readonly parentAt: number | null;
  readonly depth: number;
  readonly spanId: string;
  readonly service: string;
  readonly name: string;
  readonly kind: string;
  readonly peerService: string | null;
  readonly fromMs: number;
  readonly durationMs: number;
  readonly isError: boolean;
  /** A root that names a parent which is not among the spans. */
  readonly isOrphan: boolean;
  /** By how much its clock was put right: nothing begins before what called it. */
  readonly shiftMs: number;
  /** Not covered by any of its children. */
  readonly selfMs: number;
  readonly isCritical: boolean;
  /** Its own share of the critical path. */
  readonly criticalMs: number;
}

/** A stretch of the critical path, in milliseconds since the trace began. */
export interface CriticalStretch {
  /** Position of the span that the time was spent in. */
  readonly at: number;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Trace {
  /** By the first span's clock. */
  readonly startedAt: Date;
  /** From the first start to the last end. */
  readonly durationMs: number;
  /** Parents before their children, siblings by their start. */
  readonly spans: readonly TraceSpan[];
  /** The root that the critical path leads through. */
  readonly rootAt: number;
  /** In order of time; see `findCriticalPath`. */
  readonly criticalPath: readonly CriticalStretch[];
  readonly services: readonly string[];
  /** Spans that were stored twice; one of each is kept. */
  readonly duplicates: number;
  /** Circles of parents that were cut open. */
  readonly circles: number;
}
