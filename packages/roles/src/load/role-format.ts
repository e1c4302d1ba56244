import type { JsonPointer } from '@keepup/core'

import type { Field } from '../fields/field.ts'
import type { RoleScope, RoleSource } from '../role/role-definition.ts'
import type { FileSearch } from '../source/find-files.ts'
import type { PlainFile } from '../source/read-plain-file.ts'
import type { YamlSource } from '../source/read-yaml.ts'
import type { FormatName } from './format-name.ts'
import type { Collected } from './loaded-roles.ts'

/** Where a file is read. */
export interface ReadContext {
  /** No file outside of it is opened. */
  readonly folder: string
  readonly scope: RoleScope
  readonly found: Collected
  /** Opens another file that the first one names. */
  readonly open: (path: string) => PlainFile
}

/** A table of fields as the documentation shows it. */
export interface FieldTable {
  readonly title: string
  readonly fields: readonly Pick<Field<never>, 'field' | 'ours' | 'note' | 'required'>[]
}

/** A kind of file that roles, or what belongs to them, are read from. */
export interface RoleFormat {
  readonly name: FormatName
  /** Whose it is, for people. */
  readonly title: string
  readonly tables: readonly FieldTable[]
  /** Where its files lie below a project, and below a person's home folder (for `keepup`: the folder of its configuration). */
  readonly searches: Readonly<Record<RoleScope, readonly FileSearch[]>>
  /** Whether a file that was named is one of it, by its path. */
  readonly fits: (path: string) => boolean
  /** Takes over what a file holds. May throw what `sourceFault` makes. */
  readonly read: (file: PlainFile, context: ReadContext) => void
}

/** Where a role stands. */
export function sourceOf(
  format: FormatName,
  file: PlainFile,
  { scope }: ReadContext,
  at?: { readonly in: Pick<YamlSource, 'place'>; readonly pointer: JsonPointer },
): RoleSource {
  const line = at === undefined ? 1 : at.in.place(at.pointer, true).line
  return { format, path: file.path, line, hash: file.hash, scope }
}
