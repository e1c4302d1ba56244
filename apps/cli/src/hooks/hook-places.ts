import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

import type { Environment } from '../host.ts'
import { home, userFile } from '../settings/user-file.ts'

/** Whose configurations of hooks are read: keepup's own always, those of others where the setting `hooks` names them. */
export type HookProgram = 'keepup' | 'claude' | 'codex' | 'gemini' | 'cline'

/** The programs that the setting `hooks` may name. */
export const otherPrograms = ['claude', 'codex', 'gemini', 'cline'] as const

/** Where hooks may be configured. */
export interface HookPlace {
  readonly program: HookProgram
  /** A project's files may come from a stranger: they need to be approved. */
  readonly level: 'user' | 'project'
  /** A file, or a folder of files for Cline. */
  readonly path: string
}

/** Every place that is there. `named`: the setting `hooks`. */
export function hookPlaces(
  named: string | undefined,
  folder: string,
  environment: Environment,
): readonly HookPlace[] {
  const programs = ['keepup', ...otherPrograms.filter((name) => named?.split(',').includes(name))] as const
  const seen = new Set<string>()
  return programs
    .flatMap((program) => placesOf(program, folder, environment))
    .filter(({ path }) => !seen.has(path) && seen.add(path) && existsSync(path))
}

function placesOf(program: HookProgram, folder: string, environment: Environment): readonly HookPlace[] {
  const user = usersOf(program, environment).map((path) => ({ program, level: 'user', path }) as const)
  const inside = projectFiles[program].map((path) => join(folder, path))
  return [...user, ...inside.map((path) => ({ program, level: 'project', path }) as const)]
}

function usersOf(program: HookProgram, environment: Environment): readonly string[] {
  const at = (...names: readonly string[]): string => join(home(environment), ...names)
  const places: Readonly<Record<HookProgram, readonly string[]>> = {
    keepup: [join(dirname(userFile(environment)), 'hooks.json')],
    claude: [join(environment['CLAUDE_CONFIG_DIR'] || at('.claude'), 'settings.json')],
    codex: [join(environment['CODEX_HOME'] || at('.codex'), 'hooks.json')],
    gemini: [at('.gemini', 'settings.json')],
    cline: [at('.cline', 'hooks'), at('Documents', 'Cline', 'Hooks')],
  }
  return places[program]
}

const projectFiles: Readonly<Record<HookProgram, readonly string[]>> = {
  keepup: ['.keepup/hooks.json'],
  claude: ['.claude/settings.json', '.claude/settings.local.json'],
  codex: ['.codex/hooks.json'],
  gemini: ['.gemini/settings.json'],
  cline: ['.cline/hooks', '.clinerules/hooks'],
}
