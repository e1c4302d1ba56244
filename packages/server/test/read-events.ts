/** One event as a browser reads it. */
export interface ReadEvent {
  readonly event: string
  readonly id: string | undefined
  readonly data: unknown
}

/** Reads a stream of server-sent events by the rules of the standard: only whole events count. */
export async function* readEvents(response: Response): AsyncIterable<ReadEvent> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true })
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = new Map(
        block
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      )
      const data = fields.get('data')
      if (data === undefined) continue
      yield { event: fields.get('event') ?? 'message', id: fields.get('id'), data: JSON.parse(data) }
    }
  }
}
