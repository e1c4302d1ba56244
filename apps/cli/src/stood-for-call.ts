/** A call by its tool and input. */
interface Call<Input> {
  readonly tool: string
  readonly input: Input
}

/** The call that a recorded one stands for, as `call_tool` names it; the call itself where it stands for none. */
export function stoodForCall<Input>(tool: string, input: Input): Call<Input> {
  if (tool !== 'call_tool' || typeof input !== 'object' || input === null) return { tool, input }
  const { name, arguments: given = {} } = Object.fromEntries<unknown>(Object.entries(input))
  // A part of JSON is JSON; of what was recorded, whatever that was.
  return typeof name === 'string' && name !== tool ? { tool: name, input: given as Input } : { tool, input }
}
