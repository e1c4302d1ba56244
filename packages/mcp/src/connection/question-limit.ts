/** How often a server may put the same question while one request of ours is answered. */
const mostSame = 1
/** How many questions it may put altogether for each request of ours. */
const mostEach = 3

/**
 * Bounds the questions of a server, whatever way they come: a server that asks without end would have the person's attention for itself. They are counted
 * until no request of ours is running any more.
 */
export interface QuestionLimit {
  /** A request of ours begins; the returned function ends it. */
  begin(): () => void
  /** Whether this question may be put. Says why where it may not. */
  refusal(question: string): string | undefined
}

/** A limit with nothing asked yet. */
export function createQuestionLimit(): QuestionLimit {
  let running = 0
  let begun = 0
  let asked = 0
  const same = new Map<string, number>()
  return {
    begin() {
      running++
      begun++
      return () => {
        running--
        if (running > 0) return
        begun = 0
        asked = 0
        same.clear()
      }
    },
    refusal(question) {
      const times = (same.get(question) ?? 0) + 1
      same.set(question, times)
      asked++
      const requests = Math.max(1, begun)
      if (times > mostSame * requests) return 'it asked the same before'
      if (asked > mostEach * requests) return `it asked more than ${mostEach} times for one request`
      return undefined
    },
  }
}
