import type { CardMessage } from '../../cards/blocks.ts';
import type { CommandName } from '../../cards/command-list.ts';
import type { ListenerDeps } from '../listener-deps.ts';

/** Something a person said or clicked, and where. */
export interface Asked {
  readonly user: string;
  readonly channel: string;
  readonly threadTs: string | null;
  /** Says something before the answer; whether it reached Slack. Left out where the answer is all that can be said. */
  readonly sayMeanwhile?: (message: CardMessage) => Promise<boolean>;
  /** Says that the answer takes long, in a line above it. Left out where a line would be all that can be said soon. */
  readonly sayWaiting?: (line: CardMessage) => Promise<boolean>;
}

/** A command of ours that cannot be done as it is written: why, and how it is written. */
export interface Unclear {
  readonly kind: 'unclear';
  readonly why: string;
  /** Null: it is written as it should be. */
  readonly usage: string | null;
}

/** Null where the card shows the result to everybody. */
type Answer = (deps: ListenerDeps, asked: Asked) => Promise<CardMessage | null>;

/** What was typed: as it was understood, and what answers it. */
export interface Reading {
  readonly parsed: Unclear | { readonly kind: string };
  /** Null: unclear. */
  readonly answer: Answer | null;
  /** Also for those who may see no telemetry. */
  readonly isForAll: boolean;
}

export interface Command {
  readonly name: CommandName;
  /** Reads what follows the command's name. */
  read(rest: string): Reading;
}

/** One command of `/sentinel`: how its text is read, and how it is answered. */
export const command = <P extends { readonly kind: string }>({
  name,
  isForAll = false,
  parse,
  answer,
}: {
  readonly name: CommandName;
  readonly isForAll?: boolean;
  readonly parse: (rest: string) => P | Unclear;
  readonly answer: (deps: ListenerDeps, parsed: P, asked: Asked) => Promise<CardMessage | null>;
}): Command => ({
  name,
  read: (rest) => {
    const parsed = parse(rest);
    if (isUnclear(parsed)) return { parsed, answer: null, isForAll };
    return { parsed, answer: (deps, asked) => answer(deps, parsed, asked), isForAll };
  },
});

export const isUnclear = (parsed: { readonly kind: string }): parsed is Unclear => parsed.kind === 'unclear';
