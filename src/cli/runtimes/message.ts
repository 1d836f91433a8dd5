/** What a process of Deno or Node tells the command line. */
import type { HostReply } from '../host/remote.js';
import type { Progress } from '../progress.js';

export type Message =
  | { readonly ready: string }
  | { readonly progress: Progress | null }
  | { readonly reply: HostReply };

/** Before each message, which is a line of JSON; other lines are a library's. */
export const MARK = '\u001e';
