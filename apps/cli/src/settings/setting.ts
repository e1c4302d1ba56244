import type { Milliseconds, Mode, Money } from '@keepup/core'
import type { SandboxChoice } from '@keepup/toolkit/sandbox'

/** Everything that can be set, as the program uses it. */
export interface Settings {
  /** `provider/name`, `openai-compatible:URL#NAME` or `scripted:FILE`; found by itself when left out. */
  readonly model?: string
  readonly mode: Mode
  readonly unattended: 'deny' | 'wait'
  /** What is asked about once something untrusted was read: `off`, `warn`, `balanced`, `strict`, or a file with a policy. */
  readonly defence: string
  /** What confines commands; `auto` is the best one that works here. */
  readonly sandbox: 'off' | SandboxChoice
  /** Whether the project's files are kept before and after calls that may change them. */
  readonly snapshots: 'on' | 'off'
  /** Groups of tools beside those that are always there: `agents,background,browser,code,diagnostics,map,memory,think,web`, or some of them. */
  readonly tools?: string
  /** Whose hooks are run besides keepup's own: `claude,codex,gemini,cline`, or some of them. */
  readonly hooks?: string
  /** What becomes of a run whose project has hooks that nobody approved. */
  readonly untrustedHooks: 'skip' | 'refuse'
  /** The database file, or the address of a PostgreSQL database, with its password: see `withoutPassword` before showing it. */
  readonly store: string
  /** Where the root key of an encrypted store is: `env:NAME`, `keychain`, `keychain:NAME` or a file. */
  readonly keys?: string
  /** The folder of the keys that the root key opens. */
  readonly keyRing?: string
  /** Files like `AGENTS.md` that the agent is told of: of each folder the first that is there, those of all programs, or none. */
  readonly instructions: 'auto' | 'all' | 'off'
  /** Whether the agent is told which skills there are. */
  readonly skills: 'on' | 'off'
  /** Whether what is said in runs is kept in the memory of the project, and recalled when one begins. */
  readonly memory: 'off' | 'observe' | 'recall'
  /** A file whose text replaces the system prompt. */
  readonly system?: string
  /** The role that the agent works in. */
  readonly role?: string
  /** In tokens: how large the window of the model is, where the catalogue does not know, or knows it otherwise. */
  readonly contextWindow?: number
  readonly turns: number
  readonly money?: Money
  readonly time?: Milliseconds
  readonly tokens?: number
}

/** The name of a setting in the program. */
export type SettingName = keyof Settings

/** One setting: where it may come from and what it may be. */
export interface Setting<Value> {
  /** In `keepup.json`, as a JSON Pointer. */
  readonly pointer: string
  /** On the command line, without the dashes. */
  readonly flag: string
  /** In the environment. */
  readonly variable: string
  readonly brief: string
  readonly placeholder: string
  /** What JSON writes it as. */
  readonly json: 'string' | 'number'
  /** The few values there are, where they can be listed. */
  readonly values?: readonly string[]
  /** What a value must be, for a person. */
  readonly expected: string
  /** The value of a text, or `undefined` where it is none. */
  readonly parse: (text: string) => Value | undefined
  /** How a person reads it. */
  readonly show: (value: Value) => string
  /** Whether a file is meant, relative to where the setting was written, unless it is the address of a database or a key elsewhere. */
  readonly file?: true
}
