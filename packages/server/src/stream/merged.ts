interface Told<Value> {
  readonly source: AsyncIterator<Value>
  readonly result: IteratorResult<Value>
}

function ask<Value>(source: AsyncIterator<Value>): Promise<Told<Value>> {
  const told = source.next().then((result) => ({ source, result }))
  // It may fail while whoever reads is slow, when nobody looks at it yet: it is told with the next look.
  told.catch(() => undefined)
  return told
}

/** Values of two sources as they come. Ends when the first does; closes both. */
export async function* merged<Value>(
  main: AsyncIterable<Value>,
  beside: AsyncIterable<Value>,
): AsyncIterable<Value> {
  const [first, second] = [main[Symbol.asyncIterator](), beside[Symbol.asyncIterator]()]
  let fromFirst = ask(first)
  let fromSecond: Promise<Told<Value>> | undefined = ask(second)
  try {
    for (;;) {
      const { source, result }: Told<Value> = await Promise.race(
        fromSecond === undefined ? [fromFirst] : [fromFirst, fromSecond],
      )
      if (source === first) {
        if (result.done === true) return
        fromFirst = ask(first)
      } else fromSecond = result.done === true ? undefined : ask(second)
      if (result.done !== true) yield result.value
    }
  } finally {
    // Neither is waited for: what a source awaits ends by its own signal.
    void Promise.allSettled([first.return?.(), second.return?.(), fromFirst, fromSecond])
  }
}
