import type { Milliseconds } from '@keepup/core'

import type { OnFailure } from './hook.ts'

/** Whose payloads and answers a configured hook speaks. */
export type DialectName = 'claude' | 'codex' | 'gemini' | 'cline'

/** What a configured hook does when it is run. */
export type HookHandler =
  /** A command line, for the shell that the dialect uses. */
  | { readonly type: 'shell'; readonly command: string; readonly shell: 'bash' | 'login' | 'powershell' }
  /** A program with its arguments, without a shell. */
  | { readonly type: 'program'; readonly program: string; readonly arguments: readonly string[] }
  /** A POST request with the payload as its body. Headers may name the variables that are listed, and no others. */
  | {
      readonly type: 'http'
      readonly url: string
      readonly headers: Readonly<Record<string, string>>
      readonly variables: readonly string[]
    }
  /** Something that cannot be run: a guard of that kind fails. */
  | { readonly type: 'unsupported'; readonly why: string }

/** A file that a hook must find as it was approved. */
export interface FilePin {
  readonly path: string
  /** SHA-256 of its content, in hex; empty where it was not there. */
  readonly hash: string
}

/** A hook that a person configured, in the words of the program it was written for. Plain data. */
export interface CommandHook {
  /** What reasons and warnings call it: the event, its place, the file. */
  readonly name: string
  readonly dialect: DialectName
  /** The dialect's own name of the moment, such as `PreToolUse`. */
  readonly event: string
  /** As written; what it is compared with, and how, is the dialect's. */
  readonly matcher?: string
  /** A permission rule that the call must match, such as `Bash(git *)`. */
  readonly condition?: string
  readonly handler: HookHandler
  readonly timeout: Milliseconds
  readonly onFailure: OnFailure
  readonly sequential?: true
  /** Nobody waits for it, so it decides nothing. */
  readonly background?: true
  /** Run once a session. */
  readonly once?: true
  /** Files that must be as they were, or it fails. */
  readonly pins?: readonly FilePin[]
}
