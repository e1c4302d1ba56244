import type { FakeAnswer, SeenRequest } from '../fake-server.ts'

/** What the agent of a kill test is told to do. */
export interface KillPlan {
  /** One list of calls for each turn; after the last turn it answers. */
  readonly turns: readonly (readonly FakeCall[])[]
}

interface FakeCall {
  readonly name: string
  readonly input: unknown
}

/** Where every effect leaves its key. */
export const effectsFile = 'effects.log'

/** Shell calls that each append a key of their own, with a moment before and after; and a safe call beside each. */
export function effectPlan(turns: number): KillPlan {
  return {
    turns: Array.from({ length: turns }, (_, turn) => [
      { name: 'shell', input: { command: `sleep 0.02; echo key-${turn} >> ${effectsFile}; sleep 0.02` } },
      { name: 'glob', input: { pattern: `*.${turn}` } },
    ]),
  }
}

/** The answer to a request, told from the conversation alone, so that a resumed run goes on where it was. */
export function answerTo({ turns }: KillPlan, { body }: SeenRequest): FakeAnswer {
  const turn = body.messages.filter(({ role }) => role === 'assistant').length
  const calls = turns[turn]
  return calls === undefined
    ? { text: 'All of it is done.' }
    : { text: `Step ${turn} of the plan. `.repeat(4), calls }
}

/** How many effects there are to be. */
export function effectCount({ turns }: KillPlan): number {
  return turns.flat().filter(({ name }) => name === 'shell').length
}
