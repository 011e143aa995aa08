/** What was sent is not what its content type says. The message is a phrase for the sender. */
export class MalformedBody extends Error {}
