/** A terminal as small as what the live region needs of one: rows, a cursor, and the few sequences that are sent to it. It does not wrap while DECAWM is off. */
export class SmallTerminal {
  readonly rows: string[] = ['']
  row = 0
  column = 0
  shown = true
  readonly #width: number

  constructor(width: number) {
    this.#width = width
  }

  /** Takes what is sent; fails for a sequence that it does not know. */
  write(bytes: string): void {
    // eslint-disable-next-line no-control-regex -- what is looked for
    for (const [whole, digits = '', letter] of bytes.matchAll(/\u001B\[\??(\d*)([A-Za-z])|\r|\n|[^]/gu)) {
      if (letter !== undefined) this.#obey(letter, digits)
      else if (whole === '\r') this.column = 0
      else if (whole === '\n') this.#down()
      else if (whole === '\u001B') throw new Error('a sequence that is not known')
      else this.#put(whole)
    }
  }

  /** What is on it, without what only fills lines up. */
  text(): readonly string[] {
    const lines = this.rows.map((line) => line.trimEnd())
    return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1)
  }

  #obey(letter: string, digits: string): void {
    const number = digits === '' ? 1 : Number(digits)
    if (letter === 'A') this.row = Math.max(0, this.row - number)
    else if (letter === 'G') this.column = number - 1
    else if (letter === 'K') this.rows[this.row] = ''
    else if (letter === 'J') this.#eraseBelow()
    else if (letter === 'h' || letter === 'l') this.shown = number === 25 ? letter === 'h' : this.shown
    else if (letter !== 'm') throw new Error(`a sequence that is not known: ${letter}`)
  }

  #eraseBelow(): void {
    this.rows[this.row] = (this.rows[this.row] ?? '').slice(0, this.column)
    this.rows.length = this.row + 1
  }

  #down(): void {
    this.row += 1
    if (this.rows.length <= this.row) this.rows.push('')
  }

  #put(character: string): void {
    if (this.column >= this.#width) return
    const line = (this.rows[this.row] ?? '').padEnd(this.column)
    this.rows[this.row] = line.slice(0, this.column) + character + line.slice(this.column + 1)
    this.column += 1
  }
}
