import type { Model } from '@keepup/core'
import type { Elicitation, ElicitationAnswer, HubParts } from '@keepup/mcp'

import type { CommandLine } from '../command-line.ts'
import type { RunOutput } from '../running/run-output.ts'
import { safeLine } from '../terminal/safe-text.ts'

/** Answers what the servers of a run ask. */
export interface ServerAnswers extends Required<Pick<HubParts, 'elicit'>>, Pick<HubParts, 'sample'> {
  /** A person hears one question at a time, whoever asks: what is typed for one must not be taken for another. */
  inTurn<T>(ask: () => Promise<T>): Promise<T>
  /** Resolves once no person is being asked: what is shown meanwhile would be written into their answer. */
  settled(): Promise<void>
  /** Asks nobody any more, and cancels what is being asked. */
  stop(): void
}

/** What answering needs. */
export interface AnswerParts {
  /** Whether somebody sits at the terminal. */
  readonly attended: boolean
  readonly output: Pick<RunOutput, 'pause' | 'warn'>
  /** What answers servers that are trusted so far; sampling is not offered when left out. */
  readonly model?: Model
}

/**
 * Answers at the terminal, one question after the other, each guarded before it is shown. Where nobody is there, questions are declined, and a wish for a model's answer is
 * refused; both is told. What guards and asks is loaded with the first question.
 */
export function answerServers(line: CommandLine, { attended, output, model }: AnswerParts): ServerAnswers {
  let last: Promise<unknown> = Promise.resolve()
  const stopped = new AbortController()
  const until = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, stopped.signal])
  const inTurn = <T>(ask: () => Promise<T>): Promise<T> => {
    const asked = last.then(async () => {
      await output.pause()
      return ask()
    })
    last = asked.catch(() => {})
    return asked
  }
  const warn = (text: string): Promise<void> => output.warn(safeLine(text))
  return {
    settled: async () => void (await last),
    stop: () => stopped.abort(new Error('The run is ended.')),
    async elicit(question): Promise<ElicitationAnswer> {
      const guarded = await guard(question)
      if (typeof guarded === 'string') {
        await warn(`a question of the MCP server ${question.server} was declined: ${guarded}`)
        return { action: 'decline' }
      }
      if (!attended) {
        await warn(`${guarded.message} (nobody is here to answer, so it was declined)`)
        return { action: 'decline' }
      }
      const { askForm } = await import('./ask-form.ts')
      return inTurn(() => askForm(line, { ...guarded, signal: until(guarded.signal) }))
    },
    inTurn,
    ...(model === undefined ? {} : { sample: sampling(model) }),
  }

  /** Loads what guards it with the first wish, and counts from there. */
  function sampling(answering: Model): NonNullable<HubParts['sample']> {
    let opening: Promise<NonNullable<HubParts['sample']>> | undefined
    return async (wish) => {
      if (!attended)
        await warn(`the MCP server ${wish.server} wanted a model's answer, and nobody is here to agree`)
      opening ??= import('./answer-sampling.ts').then(({ answerSampling }) =>
        answerSampling({ line, model: answering, agree: async (ask) => attended && (await inTurn(ask)) }),
      )
      return (await opening)({ ...wish, signal: until(wish.signal) })
    }
  }
}

async function guard(question: Elicitation): Promise<Elicitation | string> {
  const { guardElicitation } = await import('@keepup/mcp-security/hygiene')
  return guardElicitation(question)
}
