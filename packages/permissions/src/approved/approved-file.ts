import { randomUUID } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'

import { KeepupError } from '@keepup/core'

import { asObject } from '../as-object.ts'
import { invalidRules } from '../invalid-rules.ts'
import { parseJson } from '../parse-json.ts'
import type { ApprovedCall } from './approved-call.ts'
import { codeOf } from './file-lock.ts'
import { isSameFolder, type ProjectFolder } from './project-folder.ts'
import { readApproved } from './read-approved.ts'

/**
 * The approved calls that a file holds for a project; none where there is no file, or where it is about another project.
 *
 * @throws KeepupError `configuration-invalid`
 */
export function readApprovedFile(path: string, project: ProjectFolder): readonly ApprovedCall[] {
  const text = readText(path)
  if (text === undefined) return []
  const value = parseJson(text, path)
  const approved = readApproved(value, path)
  const { project: noted, identity } = asObject(value) ?? {}
  const isOurs =
    noted === project.path && isSameFolder(typeof identity === 'string' ? identity : undefined, project)
  return isOurs ? approved : []
}

function readText(path: string): string | undefined {
  try {
    if (process.platform !== 'win32' && (statSync(path).mode & 0o022) !== 0) {
      throw invalidRules(path, 'may be written by others', `make it yours alone: chmod 600 '${path}'`)
    }
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (KeepupError.is(error)) throw error
    throw invalidRules(
      path,
      `cannot be read (${code ?? String(error)})`,
      'make it a file that you may read',
      error,
    )
  }
}

/** Writes beside and renames, so that the file is the old or the new one whatever happens, and nothing else is left. */
export function writeApprovedFile(
  path: string,
  { path: project, identity }: ProjectFolder,
  approved: readonly ApprovedCall[],
): void {
  const beside = `${path}.${randomUUID()}`
  try {
    const file = openSync(beside, 'wx', 0o600)
    try {
      writeFileSync(file, `${JSON.stringify({ project, identity, approved }, undefined, 2)}\n`)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(beside, path)
  } finally {
    rmSync(beside, { force: true })
  }
  const parent = openSync(dirname(path), 'r')
  try {
    fsyncSync(parent)
  } finally {
    closeSync(parent)
  }
}

/** Says of a file that cannot be written what to do. */
export async function orUnwritable<Result>(path: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    const code = codeOf(error)
    if (code === undefined || KeepupError.is(error)) throw error
    const full = code === 'ENOSPC' || code === 'EDQUOT'
    const fix = full ? 'make room on its disk' : 'make its folder one that you may write'
    throw invalidRules(path, `cannot be written (${code})`, fix, error)
  }
}
