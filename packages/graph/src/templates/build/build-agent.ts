import { KeepupError, type Limits, type RunAgent } from '@keepup/core'

import type { AgentNode } from '../../node.ts'
import { asText, compileValue } from '../expression/compile-value.ts'
import type { AgentConfiguration, AgentLimits } from '../schema/agent-configuration.ts'
import type { AgentFields } from '../schema/template-node.ts'
import { type BuildContext, variablesOf } from './build-context.ts'
import type { Finish } from './build-step.ts'
import { parseDuration } from './parse-duration.ts'
import { attemptOptions } from './step-options.ts'

/** Builds a node that runs an agent in a thread of its own. */
export function buildAgent(
  step: AgentFields,
  { unit, parts, read }: BuildContext,
  finish: Finish,
): AgentNode {
  const configuration = unit.agents.get(step.agent)
  if (configuration === undefined)
    throw new KeepupError('configuration-invalid', `there is no agent ${step.agent}`)
  const prompt = compileValue(step.prompt, read)
  const { limits, mode } = configuration
  return {
    kind: 'agent',
    ...attemptOptions(step),
    agent: parts.agent?.(configuration) ?? missingAgent(configuration),
    ...(limits === undefined ? {} : { limits: agentLimits(limits) }),
    ...(mode === undefined ? {} : { mode }),
    prompt: (values, context) => asText(prompt(variablesOf(values, context))),
    update: ({ text }, values, context) => finish(text, variablesOf(values, context)),
  }
}

/** Bounds of a run, in the units of the loop. */
export function agentLimits({ turns, time, tokens, money }: AgentLimits): Limits {
  return {
    ...(turns === undefined ? {} : { turns }),
    ...(time === undefined ? {} : { time: parseDuration(time) }),
    ...(tokens === undefined ? {} : { tokens }),
    ...(money === undefined ? {} : { money: Math.round(money * 1e9) }),
  }
}

function missingAgent({ name }: AgentConfiguration): RunAgent {
  return () => {
    throw new KeepupError(
      'not-supported',
      `nothing can run the agent ${name}. Give \`agent\` to the template, then resume.`,
    )
  }
}
