import type { Hooks } from '@keepup/core'

/** A program whose hooks an adapter runs: Claude Code, Codex, Gemini CLI, Cline. */
export type HookDialect = 'claude' | 'codex' | 'gemini' | 'cline'

/** The one hook of an adapter under test. */
export interface HookUnderTest {
  readonly dialect: HookDialect
  /** The dialect's own name of the moment, such as `PreToolUse`. It is for every tool, and nothing is said of what becomes of its failure. */
  readonly event: string
  /** A command line for `/bin/sh -c`. */
  readonly command: string
  /** The project's folder, where it is run. */
  readonly folder: string
  /** All that it finds in its environment, besides what the dialect and the shell add. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The model's name. */
  readonly model: string
}

/** What the suite needs of an adapter that runs the hooks of other programs. */
export interface HookHarness {
  /** Hooks that are this one. Its names for the built-in tools are those of the dialect: `shell` is `Bash`, `run_shell_command`, `execute_command`. */
  readonly create: (hook: HookUnderTest) => Hooks
  /** The dialects that it speaks; all when left out. */
  readonly dialects?: readonly HookDialect[]
}
