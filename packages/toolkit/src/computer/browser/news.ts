/** What happened and is yet to be told, in sentences. */
export interface News {
  tell(sentence: string): void
  /** What was not told yet; the same sentence once, with how often. */
  take(): readonly string[]
}

/** How many different sentences are kept. */
const most = 30

export function createNews(): News {
  let sentences = new Map<string, number>()
  let left = 0
  return {
    tell(sentence) {
      const known = sentences.get(sentence)
      if (known === undefined && sentences.size >= most) left++
      else sentences.set(sentence, (known ?? 0) + 1)
    },
    take() {
      const told = [...sentences].map(([sentence, count]) =>
        count === 1 ? sentence : `${sentence} (${count} times)`,
      )
      const more = left === 0 ? [] : [`${left} more things happened that are not told.`]
      sentences = new Map()
      left = 0
      return [...told, ...more]
    },
  }
}
