import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { parseJson, readRules, type RuleSet } from '@keepup/permissions'

import type { Environment } from '../host.ts'
import { invalidSetting } from '../settings/invalid-setting.ts'
import { readPlainFile } from '../settings/read-plain-file.ts'
import { home, userFile } from '../settings/user-file.ts'

/** The folder of the user's own configuration. */
export function configurationFolder(environment: Environment): string {
  return dirname(userFile(environment))
}

/** Where imported rules are kept, one file for each program that they came from. */
export function importedRulesFolder(environment: Environment): string {
  return join(configurationFolder(environment), 'permissions.d')
}

/**
 * The rules that hold in a folder: those of `permissions.json` and `permissions.d/*.json` of the user, and those of the nearest `.keepup/permissions.json`,
 * which comes with a project and may only deny or ask. Fails `configuration-invalid`.
 */
export function findRules(folder: string, environment: Environment): readonly RuleSet[] {
  const own = [join(configurationFolder(environment), 'permissions.json'), ...importedFiles(environment)]
  const user = own.flatMap((path) => readFile(path, environment))
  const path = findProjectRules(folder)
  const project = path === undefined ? [] : readFile(path, environment).map((set) => tightening(set, path))
  return [...user, ...project]
}

function importedFiles(environment: Environment): readonly string[] {
  const folder = importedRulesFolder(environment)
  if (!existsSync(folder)) return []
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return names.toSorted().map((name) => join(folder, name))
}

function findProjectRules(folder: string): string | undefined {
  for (let current = folder; ; current = dirname(current)) {
    const path = join(current, '.keepup', 'permissions.json')
    if (existsSync(path)) return path
    if (dirname(current) === current) return undefined
  }
}

function readFile(path: string, environment: Environment): readonly RuleSet[] {
  try {
    return [readRules(parseJson(readPlainFile(path), path), shownPath(path, environment))]
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    if (code === 'configuration-invalid') throw error
    throw invalidSetting(path, `cannot be read (${String(code)})`, 'make it readable, or move it away', error)
  }
}

/** A path as people write it. */
export function shownPath(path: string, environment: Environment): string {
  const folder = `${home(environment)}/`
  return path.startsWith(folder) ? `~/${path.slice(folder.length)}` : path
}

/** A project's rules may come from a stranger: they may take away, never give. */
function tightening(set: RuleSet, path: string): RuleSet {
  const allowing = set.rules.findIndex(({ decision }) => decision === 'allow')
  if (allowing >= 0) {
    throw invalidSetting(
      `${path}#/rules/${allowing}`,
      'allows, which a project may not',
      'let a project deny and ask; allow in your own ~/.config/keepup/permissions.json',
    )
  }
  // Relative paths of a project mean the project.
  return { ...set, folder: dirname(dirname(path)) }
}
