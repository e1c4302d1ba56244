/** What handlers noted, judged: one line a handled message, `ADDRESS NUMBER ATTEMPT`. */
export interface Judgement {
  /** Sent and never handled. */
  readonly lost: readonly string[]
  /** Handled for the first time after one that was sent later. */
  readonly disordered: readonly string[]
  /** Handled twice, and not told so: with an attempt that is not above all before. */
  readonly silent: readonly string[]
  /** Handled twice, and told. */
  readonly repeated: number
}

/** Judges a ledger of mailboxes that were sent the numbers from 0 to `count - 1` each, in order. */
export function judgeLedger(text: string, addresses: readonly string[], count: number): Judgement {
  const attempts = new Map<string, number>()
  const last = new Map<string, number>()
  const [disordered, silent]: [string[], string[]] = [[], []]
  let repeated = 0
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const [address = '', number = '', attempt = ''] = line.split(' ')
    const message = `${address} ${number}`
    const before = attempts.get(message)
    attempts.set(message, Math.max(Number(attempt), before ?? 0))
    if (before !== undefined) {
      repeated += 1
      if (Number(attempt) <= before) silent.push(line)
      continue
    }
    if (Number(number) < (last.get(address) ?? -1)) disordered.push(line)
    last.set(address, Number(number))
  }
  const sent = addresses.flatMap((address) =>
    Array.from({ length: count }, (_, number) => `${address} ${number}`),
  )
  return { lost: sent.filter((message) => !attempts.has(message)), disordered, silent, repeated }
}
