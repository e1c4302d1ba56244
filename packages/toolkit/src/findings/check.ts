import type { Effect } from '@keepup/core'

import type { Finding } from './finding.ts'

/** What a check came to. `unknown`: it could not be done, which says nothing about the files. */
export type CheckResult =
  | { readonly type: 'checked'; readonly findings: readonly Finding[] }
  | { readonly type: 'unknown'; readonly reason: string }

/** Something that finds fault with files: a linter, a compiler, language servers. */
export interface Check {
  readonly name: string
  /** Whether it looks at the files it is given, or always at the whole project. */
  readonly scope: 'files' | 'project'
  /** What it touches. */
  readonly effects: readonly Effect[]
  /** The findings in files, by their absolute paths. Rejects only where the signal is aborted. */
  run(paths: readonly string[], signal: AbortSignal): Promise<CheckResult>
}
