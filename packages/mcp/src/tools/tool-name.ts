import { createHash } from 'node:crypto'

/** What providers of models take. */
const longestName = 64
const longestServer = 24
const hashLength = 10

/**
 * The name of a server's tool for models: `mcp__SERVER__TOOL` where both can be read out of it again, else cut and cleaned with a hash of both at its end. At
 * most 64 of `A-Z a-z 0-9 _ -`, the same in every run and whatever else there is. Two tools have one name only where two hashes of 40 bits are equal.
 */
export function toolName(server: string, tool: string): string {
  const plain = `mcp__${server}__${tool}`
  return isPlain(server, tool) && plain.length <= longestName ? plain : hashedToolName(server, tool)
}

/** The name with the hash, whether it is needed or not: for tools whose plain names differ in case alone. */
export function hashedToolName(server: string, tool: string): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([server, tool]))
    .digest('hex')
    .slice(0, hashLength)
  const start = `mcp__${clean(server).slice(0, longestServer)}__`
  return `${start}${clean(tool).slice(0, longestName - start.length - hashLength - 1)}_${hash}`
}

/** A server's name as part of names of ours: `A-Z a-z 0-9 _ -`. Not unique. */
export function clean(name: string): string {
  return name.normalize('NFKD').replaceAll(/[^A-Za-z0-9_-]+/g, '_') || '_'
}

/** Whether the two can be told apart in the name: the first `__` in it is the one between them. What ends as a hash does is hashed itself. */
function isPlain(server: string, tool: string): boolean {
  const hashed = new RegExp(`_[0-9a-f]{${hashLength}}$`)
  return (
    /^[A-Za-z0-9-]+(_[A-Za-z0-9-]+)*$/.test(server) &&
    /^[A-Za-z0-9-][A-Za-z0-9_-]*$/.test(tool) &&
    !hashed.test(tool)
  )
}
