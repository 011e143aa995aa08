/** What keeps the demo from starting, in words for the person who typed the command. */
export class DemoFault extends Error {}
