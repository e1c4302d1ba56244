/** What an interpreter says of a cell. */
export type CellReply =
  /** It came to its end: with a value to show, with an error, or because it was interrupted. */
  | {
      readonly type: 'done'
      readonly value?: string
      readonly error?: string
      readonly interrupted?: boolean
    }
  /** The interpreter ends, and with it everything that cells defined. */
  | { readonly type: 'lost'; readonly reason: string }

/** Reads a line that an interpreter wrote; `undefined` where it is something else, which a cell may have written. */
export function readReply(line: string): CellReply | undefined {
  try {
    const reply: unknown = JSON.parse(line)
    if (typeof reply !== 'object' || reply === null || !('type' in reply)) return undefined
    const text = (key: string): string | undefined => {
      const value: unknown = Reflect.get(reply, key)
      return typeof value === 'string' ? value : undefined
    }
    if (reply.type === 'lost') return { type: 'lost', reason: text('reason') ?? 'it ended' }
    if (reply.type !== 'done') return undefined
    const [value, error] = [text('value'), text('error')]
    return {
      type: 'done',
      ...(value === undefined ? {} : { value }),
      ...(error === undefined ? {} : { error }),
      ...('interrupted' in reply && reply.interrupted === true ? { interrupted: true } : {}),
    }
  } catch {
    return undefined
  }
}
