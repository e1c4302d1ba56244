/** A name as models may call it: lower-case letters, digits and hyphens, at most 64. Wildcards of a pattern stay. */
export function callableName(name: string): string {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9*?!]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 64)
  return plain === '' ? 'role' : plain
}
