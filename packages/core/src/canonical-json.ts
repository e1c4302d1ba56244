/**
 * The one text of a JSON value (RFC 8785): equal values give equal text, so that it can be hashed. Object keys are sorted by UTF-16 code
 * units; properties that are `undefined` are left out. Throws a `TypeError` on what JSON cannot hold.
 */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return scalar(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members: string[] = []
  for (const key of Object.keys(value).toSorted()) {
    // The key was just read from the object.
    const member = (value as Record<string, unknown>)[key]
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(member)}`)
  }
  return `{${members.join(',')}}`
}

function scalar(value: unknown): string {
  const storable = typeof value === 'number' ? Number.isFinite(value) : isPlainScalar(value)
  if (!storable) throw new TypeError(`JSON cannot hold ${String(value)}`)
  return JSON.stringify(value)
}

function isPlainScalar(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'boolean'
}
