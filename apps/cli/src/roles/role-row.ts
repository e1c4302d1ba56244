import type { RoleDefinition } from '@keepup/roles'

/** A role as lists show it: for programs, and for the table. */
export interface RoleRow {
  readonly name: string
  readonly description: string
  readonly format: string
  readonly scope: string
  readonly path: string
  readonly line: number
  readonly model?: string
  readonly mode?: string
  /** The tools that it has at most; all when left out. */
  readonly tools?: readonly string[]
  readonly chosenBy?: string
}

/** What a list says of a role. */
export function roleRow({
  name,
  description,
  model,
  mode,
  tools,
  chosenBy,
  source,
}: RoleDefinition): RoleRow {
  const { format, scope, path, line } = source
  return {
    name,
    description,
    format,
    scope,
    path,
    line,
    ...(model === undefined ? {} : { model }),
    ...(mode === undefined ? {} : { mode }),
    ...(tools === undefined ? {} : { tools }),
    ...(chosenBy === undefined ? {} : { chosenBy }),
  }
}
