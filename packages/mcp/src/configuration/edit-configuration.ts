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

import { describeProblem } from './problem.ts'
import { readJsonFile } from './read-json-file.ts'

/** Where a value is put in a file: the names from the outside to the inside. */
export type JsonPath = readonly (string | number)[]

/**
 * Puts a value into a file of JSON, or takes it out where it is `undefined`; everything else of the file stays, comments too; only lines beside it
 * may be laid out anew. The file is the old or the
 * new one whatever happens. Fails `configuration-invalid` where the file is no JSON or cannot be written.
 */
export function editConfiguration(file: string, path: JsonPath, value: unknown): void {
  const read = readJsonFile(file)
  if (read.type === 'unreadable') throw invalid(describeProblem(read.problem), undefined)
  const text = read.type === 'absent' ? '{}\n' : read.text
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  '
  const formattingOptions = {
    insertSpaces: !indent.includes('\t'),
    tabSize: indent.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  }
  try {
    replaceFile(file, applyEdits(text, modify(text, [...path], value, { formattingOptions })))
  } catch (error) {
    throw invalid(`${file} cannot be written: ${String(error)}. Make it a file that you may write.`, error)
  }
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

function invalid(message: string, cause: unknown): KeepupError {
  return new KeepupError('configuration-invalid', message, cause === undefined ? {} : { cause })
}
