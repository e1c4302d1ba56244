/** What lies at a path of keys in an answer, if it is a list. */
export function listAt(answer: unknown, ...path: readonly string[]): readonly unknown[] | undefined {
  let at = answer
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    at = Reflect.get(at, key)
  }
  return Array.isArray(at) ? at : undefined
}
