/** Where the last whole UTF-8 character ends (RFC 3629). */
export function endOfCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(4, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (isContinuation(byte)) continue
    return lengthOf(byte) > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}

/** Where the first whole UTF-8 character begins. */
export function startOfCharacters(bytes: Buffer): number {
  let start = 0
  while (start < Math.min(4, bytes.length) && isContinuation(bytes[start] ?? 0)) start++
  return start
}

function isContinuation(byte: number): boolean {
  return byte >= 0x80 && byte < 0xc0
}

function lengthOf(first: number): number {
  if (first >= 0xf0) return 4
  if (first >= 0xe0) return 3
  return first >= 0xc0 ? 2 : 1
}
