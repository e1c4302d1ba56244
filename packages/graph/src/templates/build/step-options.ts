import type { EffectOptions, NodeOptions } from '../../node.ts'
import type { AttemptFields, CommonFields, EffectFields } from '../schema/template-node.ts'
import { parseDuration } from './parse-duration.ts'

/** What every node says, as the engine has it. */
export function nodeOptions({ visits, otherwise, defer }: CommonFields): NodeOptions {
  return {
    ...(visits === undefined ? {} : { visits }),
    ...(otherwise === undefined ? {} : { otherwise }),
    ...(defer === undefined ? {} : { defer }),
  }
}

/** What nodes that do something say besides, as the engine has it. */
export function effectOptions(fields: EffectFields): EffectOptions {
  return { ...attemptOptions(fields), ...(fields.repeat === undefined ? {} : { repeat: fields.repeat }) }
}

/** What nodes that may be tried again say, as the engine has it. */
export function attemptOptions(fields: AttemptFields): Omit<EffectOptions, 'repeat'> {
  const { retry, timeout } = fields
  return {
    ...nodeOptions(fields),
    ...(timeout === undefined ? {} : { timeout: parseDuration(timeout) }),
    ...(retry === undefined
      ? {}
      : {
          retry: {
            attempts: retry.attempts,
            ...(retry.delay === undefined ? {} : { delay: parseDuration(retry.delay) }),
            ...(retry.factor === undefined ? {} : { factor: retry.factor }),
            ...(retry.longest === undefined ? {} : { longest: parseDuration(retry.longest) }),
          },
        }),
  }
}
