import { joinLabels, type Label, labelAt, type LabelTable, type OutputLabels, type Tool } from '@keepup/core'

/**
 * The labels of what a tool gives back: what `produces` declares (free text of `tool:NAME` where it declares nothing), lowered by what the
 * output says of itself, never raised. Pointers are into the output: `/content/0/text`, `/structured/id`.
 */
export function labelOutput(tool: Tool, own?: LabelTable): LabelTable {
  const declared = declaredLabels(tool)
  return own === undefined ? declared : lower(declared, own)
}

function declaredLabels({ name, produces }: Tool): LabelTable {
  const table = { default: labelOf(name, produces, produces?.default) }
  const leaves = Object.entries(produces?.leaves ?? {})
  if (leaves.length === 0) return table
  return {
    ...table,
    leaves: leaves.map(([pointer, integrity]) => [pointer, labelOf(name, produces, integrity)]),
  }
}

function labelOf(
  name: string,
  produces: OutputLabels | undefined,
  integrity: OutputLabels['default'] = 'free-text',
): Label {
  return {
    integrity,
    sources: [produces?.source ?? `tool:${name}`],
    readers: 'anyone',
    confidential: produces?.confidential ?? false,
  }
}

function lower(declared: LabelTable, own: LabelTable): LabelTable {
  const pointers = new Set([...(declared.leaves ?? []), ...(own.leaves ?? [])].map(([pointer]) => pointer))
  const joined = { default: joinLabels(declared.default, own.default) }
  if (pointers.size === 0) return joined
  return {
    ...joined,
    leaves: [...pointers].map((pointer) => [
      pointer,
      joinLabels(labelAt(declared, pointer), labelAt(own, pointer)),
    ]),
  }
}
