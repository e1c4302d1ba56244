import type { RoleSource } from '../../role/role-definition.ts'

/** What a project, or a person, tells every agent that works there. */
export interface Instructions {
  /** Which of the families it is of. */
  readonly family: 'AGENTS.md' | 'CLAUDE.md' | 'GEMINI.md' | 'cline'
  /** The folder whose files it is about, below the folder that was loaded; empty for that folder itself. */
  readonly folder: string
  /** Only about files that fit one of these; about all when left out. */
  readonly paths?: readonly string[]
  /** What it says, with what it imports in the place of the import. */
  readonly text: string
  /** The files that were imported. */
  readonly imports: readonly string[]
  readonly source: RoleSource
}
