/** The id itself where it fits, or nine characters made of it (FNV-1a, twice with different seeds). */
export function mistralCallId(id: string): string {
  if (/^[A-Za-z0-9]{9}$/.test(id)) return id
  const text = fnv(id, 0x811c9dc5).toString(36) + fnv(id, 0x01000193).toString(36)
  return text.padEnd(9, '0').slice(0, 9)
}

function fnv(text: string, seed: number): number {
  let hash = seed
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0
  return hash
}
