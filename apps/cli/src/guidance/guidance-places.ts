import { dirname, join } from 'node:path'

import { instructionNames } from '@keepup/roles/guidance'

import type { Environment } from '../host.ts'
import { projectRoot } from '../settings/project-root.ts'
import type { Settings } from '../settings/setting.ts'
import { home, userFile } from '../settings/user-file.ts'

/** Where instructions and skills of a run are looked for. */
export interface GuidancePlaces {
  readonly home: string
  readonly project: string
  /** Files of instructions that are the person's own. */
  readonly own: readonly string[]
  readonly families: 'first' | 'all'
}

/** The places for a folder. Files that a person keeps for other programs are read only where the setting says `all`. */
export function guidancePlaces(
  { instructions }: Pick<Settings, 'instructions'>,
  folder: string,
  environment: Environment,
): GuidancePlaces {
  const person = home(environment)
  const configuration = dirname(userFile(environment))
  const others = ['.codex/AGENTS.md', '.claude/CLAUDE.md', '.gemini/GEMINI.md']
  return {
    home: person,
    project: projectRoot(folder),
    own: [
      ...instructionNames.map((name) => join(configuration, name)),
      ...(instructions === 'all' ? others.map((path) => join(person, path)) : []),
    ],
    families: instructions === 'all' ? 'all' : 'first',
  }
}
