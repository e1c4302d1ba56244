import type { WorkerNews } from '@keepup/cluster'

/** What a worker does, for a person. */
export function newsLine(news: WorkerNews): string {
  switch (news.type) {
    case 'claimed':
      return `${news.claim.thread}: taken (${news.claim.reason}${attemptText(news.claim.attempt)})`
    case 'settled':
      return `${news.claim.thread}: ${news.run}${news.error === undefined ? '' : `: ${messageOf(news.error)}`}`
    case 'lost':
      return `${news.thread}: the claim was lost, the run is handed over`
    case 'found':
      return `found without a place in line: ${news.threads.join(', ')}`
    case 'draining':
      return `ending: ${news.runs} runs to finish or to hand over`
    case 'troubled':
      return `trying again: ${messageOf(news.error)}`
  }
}

/** What a worker does, for a program. */
export function newsRecord(news: WorkerNews): object {
  switch (news.type) {
    case 'claimed':
      return { type: news.type, ...news.claim }
    case 'settled': {
      const { claim, run, end, error } = news
      return {
        type: news.type,
        ...claim,
        run,
        end,
        ...(error === undefined ? {} : { error: messageOf(error) }),
      }
    }
    case 'troubled':
      return { type: news.type, error: messageOf(news.error) }
    case 'draining':
    case 'found':
    case 'lost':
      return news
  }
}

function attemptText(attempt: number): string {
  return attempt > 1 ? `, attempt ${attempt}` : ''
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
