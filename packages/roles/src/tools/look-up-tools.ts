import type { FieldPlace } from '../fields/field.ts'
import { ourTools } from './our-tools.ts'

/** Names that mean something else in a format than everywhere. */
export type ToolNames = Readonly<Record<string, readonly string[]>>

/** The tools here that names of another program stand for. Those that nothing here is like are told, and give nothing. */
export function allowedTools(
  names: readonly string[],
  at: FieldPlace,
  first: ToolNames = {},
): readonly string[] {
  return [...new Set(names.flatMap((name) => found(name, at, first) ?? []))]
}

/** The same for tools that are taken away: a name that is not known here is kept as it is, for a tool may still be called so. */
export function withheldTools(
  names: readonly string[],
  at: FieldPlace,
  first: ToolNames = {},
): readonly string[] {
  return [...new Set(names.flatMap((name) => found(name, at, first) ?? [name]))]
}

function found(
  name: string,
  { report, pointer }: FieldPlace,
  first: ToolNames,
): readonly string[] | undefined {
  const ours = ourTools(name, first)
  if (ours === undefined) report.leave(pointer, name, 'no tool of this name is known')
  else if (ours.length === 0) report.leave(pointer, name, 'there is no tool like it here')
  return ours
}
