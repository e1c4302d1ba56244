import { existsSync, realpathSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'

import { readSop, shippedSops, type Sop, sopProblemsError, type SopSurroundings } from '@keepup/roles/sop'

import { usageError } from '../error-report.ts'
import { nearest } from '../settings/nearest.ts'
import { readPlainFile } from '../settings/read-plain-file.ts'

/** A procedure, and where it comes from. */
export interface FoundProcedure {
  readonly sop: Sop
  /** Where it lies; nothing where it came with keepup. */
  readonly file?: string
  /** It lies in the project: whoever wrote the project wrote it. */
  readonly ofProject: boolean
}

/** Finds a procedure by its name, of those that came with keepup and those in `.keepup/sops` of the project, or by its file. Fails `input-invalid`, `configuration-invalid`. */
export function loadSop(
  name: string,
  folder: string,
  here: string,
  surroundings?: SopSurroundings,
): FoundProcedure {
  const shipped = Object.hasOwn(shippedSops, name) ? shippedSops[name] : undefined
  if (shipped !== undefined) return { sop: shipped, ofProject: false }
  const file = fileOf(name, folder, here)
  if (file === undefined) {
    const names = Object.keys(shippedSops)
    const near = nearest(name, names)
    const fix = near === undefined ? `name one of ${names.join(', ')}, or a file` : `did you mean ${near}?`
    throw usageError(`there is no procedure ${name}`, fix)
  }
  const { sop, problems } = readSop(readPlainFile(file), file, surroundings)
  if (sop === undefined || problems.some(({ severity }) => severity === 'error'))
    throw sopProblemsError(problems)
  return { sop, file, ofProject: isInside(file, folder) }
}

/** The file of a name, or a file that is named. */
export function fileOf(name: string, folder: string, here: string): string | undefined {
  const named = resolve(here, name)
  if (/[/\\.]/.test(name)) return existsSync(named) ? named : undefined
  return ['yaml', 'yml', 'json']
    .map((kind) => join(folder, '.keepup', 'sops', `${name}.${kind}`))
    .find((path) => existsSync(path))
}

function isInside(file: string, folder: string): boolean {
  const path = relative(realpathSync(folder), realpathSync(file))
  return path !== '' && path !== '..' && !path.startsWith('../') && !path.startsWith('/')
}

/** The procedure with commands that the person gave: `test=npm run unit`. Words that only a shell understands are given to one. */
export function withCommands(sop: Sop, given: readonly string[]): Sop {
  const commands = given.map((text): readonly [string, readonly string[]] => {
    const at = text.indexOf('=')
    const name = text.slice(0, at)
    const words = text.slice(at + 1).trim()
    if (at < 1 || words === '')
      throw usageError(`"${text}" is no command`, 'write --command NAME="program and its arguments"')
    if (sop.commands?.[name] === undefined) {
      const known = Object.keys(sop.commands ?? {})
      const fix = known.length === 0 ? 'leave --command out' : `name one of ${known.join(', ')}`
      throw usageError(`the procedure ${sop.id} has no command ${name}`, fix)
    }
    return [name, /^[\w@%+=:,./ -]+$/.test(words) ? words.split(/ +/) : ['sh', '-c', words]]
  })
  return commands.length === 0
    ? sop
    : { ...sop, commands: { ...sop.commands, ...Object.fromEntries(commands) } }
}
