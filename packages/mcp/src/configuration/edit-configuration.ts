import { randomUUID } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'

import { KeepupError } from '@keepup/core'
import { applyEdits, modify } from 'jsonc-parser'

import { withFileLock } from './file-lock.ts'
import { describeProblem } from './problem.ts'
import { readJsonFile } from './read-json-file.ts'
import { writeFault } from './write-fault.ts'

/** Where a value is put in a file: the names from the outside to the inside. */
export type JsonPath = readonly (string | number)[]

/** What a value becomes, of what it was; `undefined`: nothing, before or after. */
export type ChangeValue = (before: unknown) => unknown

/**
 * Changes a value of a file of JSON; everything else of the file stays, comments too; only lines beside it
 * may be laid out anew. The file is the old or the
 * new one whatever happens, and of two edits at once none is lost. Fails `configuration-invalid` where the file is no JSON or cannot be written.
 */
export async function editConfiguration(file: string, path: JsonPath, change: ChangeValue): Promise<void> {
  try {
    await withFileLock(file, () => editFile(file, path, change))
  } catch (error) {
    if (KeepupError.is(error)) throw error
    throw writeFault(file, error)
  }
}

function editFile(file: string, path: JsonPath, change: ChangeValue): void {
  const read = readJsonFile(file)
  if (read.type === 'unreadable') {
    throw new KeepupError('configuration-invalid', describeProblem(read.problem))
  }
  const text = read.type === 'absent' ? '{}\n' : read.text
  const before = valueAt(read.type === 'read' ? read.value : undefined, path)
  const after = change(before)
  if (JSON.stringify(after) === JSON.stringify(before)) return
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  '
  const formattingOptions = {
    insertSpaces: !indent.includes('\t'),
    tabSize: indent.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  }
  replaceFile(file, applyEdits(text, modify(text, [...path], after, { formattingOptions })))
}

function valueAt(value: unknown, path: JsonPath): unknown {
  let at = value
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined
    at = Object.getOwnPropertyDescriptor(at, step)?.value
  }
  return at
}

function replaceFile(named: string, text: string): void {
  const stat = statSync(named, { throwIfNoEntry: false })
  // A link stays one: what it leads to is replaced.
  const file = stat === undefined ? named : realpathSync(named)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const beside = `${file}.${randomUUID()}`
  try {
    const descriptor = openSync(beside, 'wx', stat === undefined ? 0o600 : stat.mode & 0o777)
    try {
      writeFileSync(descriptor, text)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(beside, file)
  } finally {
    rmSync(beside, { force: true })
  }
}
