import type { Hash, Label } from '@keepup/core'

/** The names that instructions have in a folder, first the one that counts most. */
export const instructionNames = ['AGENTS.md', 'CLAUDE.md', 'CLAUDE.local.md', 'GEMINI.md'] as const

/** A file of instructions, read with what it imports. */
export interface InstructionFile {
  readonly path: string
  /** With what it imports in the place of the import. */
  readonly text: string
  /** The files that it imports. */
  readonly imports: readonly string[]
  /** SHA-256 of the text: of exactly what a person approves. */
  readonly digest: Hash
  readonly scope: 'user' | 'project'
  readonly label: Label
}

/** What came of reading instructions. */
export interface ReadInstructions {
  readonly files: readonly InstructionFile[]
  /** What could not be read or was left out, for a person. */
  readonly problems: readonly string[]
}

/** Of words of the person, in files of their own or that they approved. */
export const vouchedLabel: Label = Object.freeze({
  integrity: 'trusted',
  sources: Object.freeze(['guidance']),
  readers: 'anyone',
  confidential: false,
})

/** Of words of a project that nobody vouched for. */
export const strangersLabel: Label = Object.freeze({
  integrity: 'free-text',
  sources: Object.freeze(['project']),
  readers: 'anyone',
  confidential: false,
})
