import { hash } from 'node:crypto'
import { basename } from 'node:path'

import { loadRoleFile } from '../load/load-roles.ts'
import { problemLine } from '../source/problem.ts'
import {
  type InstructionFile,
  type ReadInstructions,
  strangersLabel,
  vouchedLabel,
} from './instruction-file.ts'

/** How files of instructions are read. */
export interface InstructionReading {
  readonly scope: 'user' | 'project'
  /** No file outside of it is opened. */
  readonly within: string
  /** Whether a person approved exactly this text of a project. */
  readonly isTrusted: (file: Pick<InstructionFile, 'path' | 'digest'>) => boolean
}

/** Reads files of instructions with what they import. One that cannot be read is told, and the others are read. */
export function readInstructions(
  paths: readonly string[],
  { scope, within, isTrusted }: InstructionReading,
): ReadInstructions {
  const files: InstructionFile[] = []
  const problems: string[] = []
  for (const path of paths) {
    const loaded = loadRoleFile({ path, scope, format: 'instructions', within })
    for (const problem of loaded.problems) problems.push(problemLine(problem))
    for (const { key, why } of loaded.unmapped) problems.push(`${path}: ${key} is not read: ${why}`)
    for (const { text, imports } of loaded.instructions) {
      if (text === '') continue
      const digest = hash('sha256', text, 'hex')
      const trusted = scope === 'user' || isTrusted({ path, digest })
      files.push({ path, text, imports, digest, scope, label: trusted ? vouchedLabel : strangersLabel })
    }
  }
  return { files, problems }
}

/** Of files in one folder those that are told: all of the first family that is there, or of every one; none twice. */
export function chosenOf(paths: readonly string[], families: 'first' | 'all'): readonly string[] {
  const [first] = paths
  if (families === 'all' || first === undefined) return paths
  const family = familyOf(first)
  return paths.filter((path) => familyOf(path) === family)
}

function familyOf(path: string): string {
  return basename(path).split('.', 1).join('')
}
