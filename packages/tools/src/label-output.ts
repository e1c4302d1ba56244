import { joinLabels, type Label, labelAt, type LabelTable, type OutputLabels, type Tool } from '@keepup/core'

/** The labels of what a tool gives back: what was declared, lowered by what the output says of itself, never raised. */
export function labelOutput(declared: LabelTable, own?: LabelTable): LabelTable {
  return own === undefined ? declared : lower(declared, own)
}

/**
 * What `produces` declares of a tool's output: free text of `tool:NAME` where it declares nothing. Pointers are into the output: `/content/0/text`,
 * `/structured/id`. Frozen, as every call shares it.
 */
export function declaredLabels({ name, produces }: Tool): LabelTable {
  const table = { default: labelOf(name, produces, produces?.default) }
  const leaves = Object.entries(produces?.leaves ?? {})
  if (leaves.length === 0) return Object.freeze(table)
  const labelled = leaves.map(([pointer, integrity]) =>
    Object.freeze([pointer, labelOf(name, produces, integrity)] as const),
  )
  return Object.freeze({ ...table, leaves: Object.freeze(labelled) })
}

function labelOf(
  name: string,
  produces: OutputLabels | undefined,
  integrity: OutputLabels['default'] = 'free-text',
): Label {
  return Object.freeze({
    integrity,
    sources: Object.freeze([produces?.source ?? `tool:${name}`]),
    readers: 'anyone',
    confidential: produces?.confidential ?? false,
  })
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
