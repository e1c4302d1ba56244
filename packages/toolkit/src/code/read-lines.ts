import { StringDecoder } from 'node:string_decoder'

/** Takes what a program writes, piece by piece, and tells each whole line. A line longer than `most` characters is told as `undefined`, once, and nothing after it. */
export function readLines(most: number, tell: (line: string | undefined) => void): (chunk: Buffer) => void {
  const decoder = new StringDecoder('utf8')
  let held: string[] = []
  let length = 0
  let over = false
  return (chunk) => {
    if (over) return
    const [first = '', ...rest] = decoder.write(chunk).split('\n')
    held.push(first)
    length += first.length
    for (const next of rest) {
      if (length > most) break
      tell(held.join(''))
      held = [next]
      length = next.length
    }
    if (length <= most) return
    over = true
    held = []
    tell(undefined)
  }
}
