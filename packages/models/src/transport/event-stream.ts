/** One event of a server-sent event stream. */
export interface ServerSentEvent {
  /** The event type; empty where the server named none. */
  readonly event: string
  readonly data: string
}

/**
 * A parser of `text/event-stream` as the HTML standard defines it (section 9.2): any boundary between pieces, also inside a UTF-8 character or
 * between CR and LF, a byte order mark, comments, several `data` lines.
 */
export class EventStreamParser {
  readonly #decoder = new TextDecoder()
  readonly #limit: number
  #rest = ''
  #skipLineFeed = false
  #lines = 0
  #event = ''
  #data: string[] = []
  #size = 0
  #found: ServerSentEvent[] = []

  /** `limit` bounds one event, in characters. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Lines completed so far, comments included: a sign of life. */
  get lines(): number {
    return this.#lines
  }

  /** The events that `bytes` completed. Throws `RangeError` when one event exceeds the limit. */
  push(bytes: Uint8Array): readonly ServerSentEvent[] {
    this.#takeText(this.#decoder.decode(bytes, { stream: true }))
    return this.#takeFound()
  }

  /** The event that the end of the stream left without its blank line: the standard drops it, but servers forget the line and mean it. */
  end(): readonly ServerSentEvent[] {
    this.#takeText(this.#decoder.decode())
    if (this.#rest !== '') this.#takeLine(this.#rest)
    this.#rest = ''
    this.#dispatch()
    return this.#takeFound()
  }

  #takeText(text: string): void {
    let start = this.#skipLineFeed && text[0] === '\n' ? 1 : 0
    if (text !== '') this.#skipLineFeed = false
    for (let end = nextBreak(text, start); end >= 0; end = nextBreak(text, start)) {
      this.#takeLine(this.#rest + text.slice(start, end))
      this.#rest = ''
      start = end + 1
      if (text[end] !== '\r') continue
      if (start === text.length) this.#skipLineFeed = true
      else if (text[start] === '\n') start += 1
    }
    this.#rest += text.slice(start)
    this.#refuseAbove(this.#rest.length, 'line')
  }

  #takeLine(line: string): void {
    this.#lines += 1
    if (line === '') return this.#dispatch()
    const colon = line.indexOf(':')
    if (colon === 0) return
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1)
    if (name === 'event') this.#event = value
    if (name !== 'data') return
    this.#data.push(value)
    this.#size += value.length
    this.#refuseAbove(this.#size, 'event')
  }

  #dispatch(): void {
    if (this.#data.length > 0) this.#found.push({ event: this.#event, data: this.#data.join('\n') })
    this.#event = ''
    this.#data = []
    this.#size = 0
  }

  #takeFound(): readonly ServerSentEvent[] {
    const events = this.#found
    this.#found = []
    return events
  }

  #refuseAbove(size: number, what: string): void {
    if (size > this.#limit) throw new RangeError(`one ${what} has more than ${this.#limit} characters`)
  }
}

function nextBreak(text: string, from: number): number {
  const lineFeed = text.indexOf('\n', from)
  const carriageReturn = text.indexOf('\r', from)
  if (lineFeed < 0 || carriageReturn < 0) return Math.max(lineFeed, carriageReturn)
  return Math.min(lineFeed, carriageReturn)
}
