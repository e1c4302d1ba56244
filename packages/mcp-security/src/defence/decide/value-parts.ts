import type { ArgumentKind } from '../rules/tool-annotation.ts'

/**
 * The values that each need authority: the members of a list in one string, the address in `Name <address>`, the parts of `owner/name`. The whole is tried first, so that
 * a name with a comma is found as it is.
 */
export function valueParts(value: string | number, kind: ArgumentKind): readonly (string | number)[] {
  if (typeof value === 'number') return [value]
  if (kind === 'recipient' || kind === 'principal') return splitPeople(value)
  // Of a path in the workspace its last name is enough: `old.js` for `src/old.js`.
  if (kind === 'path' && /^[^/~].*\/[^/]*\.[^/]+$/.test(value))
    return [value.slice(value.lastIndexOf('/') + 1)]
  if (kind === 'resource') {
    const parts = value.split('/')
    return parts.length > 1 && parts.every((part) => part.length > 2) ? parts : [value]
  }
  return [value]
}

function splitPeople(value: string): readonly string[] {
  return value
    .split(/[,;]/)
    .map((part) => /^[^<>]*<\s*([^<>\s]+)\s*>$/.exec(part.trim())?.[1] ?? part.trim())
    .filter((part) => part !== '')
}
