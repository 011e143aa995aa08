import type { Clock } from '#kernel/clock.ts';

/** Slack's `ok: false`. */
export class Refusal extends Error {
  readonly detail: string | null;
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(error: string, detail: string | null = null, extra: Readonly<Record<string, unknown>> = {}) {
    super(error);
    this.detail = detail;
    this.extra = extra;
  }
}

export interface StrictMessage {
  readonly ts: string;
  readonly threadTs: string | null;
  text: string;
  blocks: readonly Record<string, unknown>[];
  editedTimes: number;
}

export interface StrictChannel {
  readonly id: string;
  readonly name: string;
  readonly isPrivate: boolean;
  /** Whether the bot is in it. */
  readonly isMember: boolean;
  readonly isArchived: boolean;
  /** Only some people may post. */
  readonly isRestricted: boolean;
  readonly isExternallyShared: boolean;
  readonly messages: StrictMessage[];
}

export interface StrictUser {
  readonly id: string;
  readonly is_restricted?: boolean;
  readonly is_ultra_restricted?: boolean;
  readonly is_stranger?: boolean;
  readonly tz?: string;
}

export interface StrictFile {
  readonly id: string;
  readonly name: string;
  readonly announcedBytes: number;
  bytes: Buffer | null;
  isCompleted: boolean;
  sharedTo: { readonly channel: string; readonly threadTs: string | null; readonly comment: string | null } | null;
  infosUntilProcessed: number;
}

/** What a response address still takes: five messages within half an hour. */
export interface ResponseUrl {
  readonly madeAt: number;
  uses: number;
}

export interface World {
  readonly clock: Clock;
  baseUrl: string;
  readonly scopes: ReadonlySet<string>;
  readonly channels: Map<string, StrictChannel>;
  readonly users: Map<string, StrictUser>;
  readonly files: Map<string, StrictFile>;
  filesMade: number;
  readonly responseUrls: Map<string, ResponseUrl>;
  readonly ephemerals: { channel: string; user: string; threadTs: string | null; text: string; blocks: unknown }[];
  readonly homes: Map<string, unknown>;
  /** Modals, in the order in which they were opened. */
  readonly views: unknown[];
  processingDelay: number;
  /** Whatever files.info says of them. */
  arePicturesRefused: boolean;
  lastTs: number;
  readonly check: (message: Readonly<Record<string, unknown>>) => readonly string[];
  readonly checkView: (view: unknown) => readonly string[];
}
