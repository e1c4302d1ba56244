import { existsSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

import {
  fileOfRole,
  formatNames,
  type LoadedRoles,
  loadRoleFile,
  loadRoles,
  problemLine,
  type RoleDefinition,
} from '@keepup/roles'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { shownPath } from '../permissions/find-rules.ts'
import type { RoleImportFlags } from '../routes/role-routes.ts'
import { safeText } from '../terminal/safe-text.ts'
import { rolesFolder } from './find-roles.ts'

/** Turns agents, modes and crews of other programs into roles: prints them, or keeps them as the user's own. */
export async function rolesImport(
  { host, terminal }: CommandLine,
  flags: RoleImportFlags,
  name: string,
): Promise<ExitName> {
  const found = readRoles(resolve(host.workingDirectory, name), flags.from)
  const folder = rolesFolder(host.environment)
  const written = flags.write ? writeRoles(found.roles, folder, flags.force) : []
  const files = found.roles.map((role) => fileOfRole(role))
  const { problems, unmapped } = found
  if (flags.json) {
    const kept = flags.write ? { written } : {}
    await terminal.out.write(`${JSON.stringify({ roles: files, problems, unmapped, ...kept })}\n`)
  } else {
    if (!flags.write)
      await terminal.out.write(
        safeText(files.map((file) => `${JSON.stringify(file, undefined, 2)}\n`).join('')),
      )
    for (const problem of problems)
      await terminal.notes.write(safeText(`${problem.severity}: ${problemLine(problem)}\n`))
    for (const { file, line, key, value, why } of unmapped) {
      await terminal.notes.write(safeText(`not followed: ${file}:${line} ${key}: ${value}: ${why}\n`))
    }
    for (const path of written)
      await terminal.notes.write(safeText(`written to ${shownPath(path, host.environment)}\n`))
    if (!flags.write && files.length > 0)
      await terminal.notes.write('next: the same with --write keeps them\n')
  }
  return problems.some(({ severity }) => severity === 'error') ? 'configuration' : 'completed'
}

function readRoles(path: string, from: string | undefined): LoadedRoles {
  const format = formatNames.find((candidate) => candidate === from)
  if (from !== undefined && format === undefined) {
    throw usageError(`there is no format ${from}`, `write one of ${formatNames.join(', ')}`)
  }
  if (!existsSync(path)) throw usageError(`${path} is not there`, 'name a file, or the folder of a project')
  // What is imported is looked at by the one who names it, and is theirs from then on; until then it is a stranger's.
  const scope = 'project'
  return statSync(path).isDirectory()
    ? loadRoles({ folder: path, scope, ...(format === undefined ? {} : { formats: [format] }) })
    : loadRoleFile({ path, scope, ...(format === undefined ? {} : { format }) })
}

function writeRoles(roles: readonly RoleDefinition[], folder: string, force: boolean): readonly string[] {
  const files = roles.map((role) => ({ role, path: join(folder, `${fileName(role.name)}.json`) }))
  const taken = files.find(({ path }, index) => files.findIndex((other) => other.path === path) < index)
  if (taken !== undefined) {
    throw usageError(
      `two roles would be written to ${taken.path}`,
      'import their files one by one, and rename one of them',
    )
  }
  const there = force ? undefined : files.find(({ path }) => existsSync(path))
  if (there !== undefined) throw usageError(`${there.path} is there already`, 'replace it with --force')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return files.map(({ role, path }) => {
    const beside = `${path}.${process.pid}`
    writeFileSync(beside, `${JSON.stringify(fileOfRole(role), undefined, 2)}\n`, { mode: 0o600 })
    renameSync(beside, path)
    return path
  })
}

function fileName(name: string): string {
  const plain = name.replaceAll(/[^\w.-]+/g, '-').replaceAll(/^[.-]+/g, '')
  return plain === '' ? 'role' : plain
}
