/** Numbers that stand for every run of `length` words: equal runs have equal numbers, and others hardly ever. */
export function shingles(words: readonly string[], length: number): readonly number[] {
  const hashes = words.map(hashWord)
  const found: number[] = []
  for (let at = 0; at + length <= hashes.length; at++) {
    let high = 0x811c9dc5
    let low = 0x1b873593
    for (let next = at; next < at + length; next++) {
      const word = hashes[next] ?? 0
      high = Math.imul(high ^ word, 0x01000193)
      low = Math.imul(low ^ (word + 0x9e3779b9), 0x85ebca6b)
      low ^= low >>> 15
    }
    found.push((high >>> 0) * 0x200000 + (low >>> 11))
  }
  return found
}

function hashWord(word: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193)
  return hash
}
