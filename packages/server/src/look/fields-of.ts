/** The fields of what an entry holds; none of what is no object. Entries of other packages are read by what they hold, since their types are not known here. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  // A record of unknown values holds for any object.
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}

/** A text; empty where it is something else. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** The items of a list; none of what is no list. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
