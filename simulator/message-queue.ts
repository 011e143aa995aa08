export interface Message {
  readonly publishedMs: number;
  readonly traceId: string;
  readonly isSampled: boolean;
  readonly parentId: string;
}

/** First in, first out, without a limit: what nobody takes waits. */
export interface MessageQueue {
  readonly depth: number;
  /** Null while it is empty. */
  readonly oldest: Message | null;
  publish(message: Message): void;
  take(): Message | null;
  /** One consumer, told of each message. */
  onPublish(tell: () => void): void;
}

export const createMessageQueue = (): MessageQueue => {
  const messages: Message[] = [];
  let tell = (): void => undefined;
  return {
    get depth() {
      return messages.length;
    },
    get oldest() {
      return messages[0] ?? null;
    },
    publish: (message) => {
      messages.push(message);
      tell();
    },
    take: () => messages.shift() ?? null,
    onPublish: (consumer) => {
      tell = consumer;
    },
  };
};
