/** As much of JSON Schema (2020-12) as the policies are written with. */
export interface PlainSchema {
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'boolean'
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, PlainSchema>>
  readonly required?: readonly string[]
  /** For objects with a member for each name; `false` where only the named members may be. */
  readonly additionalProperties?: PlainSchema | false
  readonly items?: PlainSchema
  readonly minLength?: number
  readonly minimum?: number
  readonly anyOf?: readonly PlainSchema[]
  readonly description?: string
  readonly $schema?: string
  readonly title?: string
}

/** What is wrong with a value, and where. */
export interface SchemaFault {
  readonly pointer: string
  readonly problem: string
  readonly fix: string
}

/** The first place where a value is not as its schema says; `undefined` where it is. */
export function schemaFault(value: unknown, schema: PlainSchema, pointer: string): SchemaFault | undefined {
  const { anyOf } = schema
  if (anyOf !== undefined) {
    const faults = anyOf.map((one) => schemaFault(value, one, pointer))
    return faults.includes(undefined) ? undefined : faults.at(-1)
  }
  return (
    valueFault(value, schema, pointer) ??
    (Array.isArray(value) ? listFault(value, schema, pointer) : objectFault(value, schema, pointer))
  )
}

function valueFault(value: unknown, schema: PlainSchema, pointer: string): SchemaFault | undefined {
  const fix = choiceFix(value, schema) ?? rangeFix(value, schema)
  return fix === undefined ? undefined : { pointer, problem: `is ${shown(value)}`, fix }
}

function choiceFix(value: unknown, { type, const: only, enum: choices }: PlainSchema): string | undefined {
  const all = choices ?? (only === undefined ? undefined : [only])
  if (all !== undefined) return all.includes(value) ? undefined : `write ${all.map(shown).join(' or ')}`
  return type === undefined || typeOf(value) === type ? undefined : `write a value of the type ${type}`
}

function rangeFix(value: unknown, { minLength = 0, minimum = -Infinity }: PlainSchema): string | undefined {
  if (typeof value === 'string' && value.length < minLength) return 'write at least one character'
  return typeof value === 'number' && value < minimum ? `write a number from ${minimum}` : undefined
}

function listFault(
  value: readonly unknown[],
  { items }: PlainSchema,
  pointer: string,
): SchemaFault | undefined {
  if (items === undefined) return undefined
  return value
    .map((item, index) => schemaFault(item, items, `${pointer}/${index}`))
    .find((fault) => fault !== undefined)
}

function objectFault(value: unknown, schema: PlainSchema, pointer: string): SchemaFault | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { properties = {}, required = [], additionalProperties } = schema
  const missing = required.find((name) => !Object.hasOwn(value, name))
  if (missing !== undefined)
    return { pointer: `${pointer}/${missing}`, problem: 'is missing', fix: `add "${missing}"` }
  for (const [name, member] of Object.entries(value)) {
    const at = `${pointer}/${name}`
    const declared = Object.hasOwn(properties, name) ? properties[name] : additionalProperties
    if (declared === false)
      return {
        pointer: at,
        problem: 'is an unknown key',
        fix: `known keys are ${Object.keys(properties).join(', ')}`,
      }
    const fault = declared === undefined ? undefined : schemaFault(member, declared, at)
    if (fault !== undefined) return fault
  }
  return undefined
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
