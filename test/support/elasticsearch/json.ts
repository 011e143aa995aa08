/** Of a request or an answer that a test server reads: nothing has checked it. */
export type Json = ReturnType<typeof JSON.parse>;
