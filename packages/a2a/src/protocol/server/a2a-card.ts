import { AgentCard, type AgentExtension, type AgentInterface, type AgentSkill } from '@a2a-js/sdk'

import { replayExtension } from '../replay-extension.ts'
import type { Authenticator } from './auth/authenticator.ts'

/** What an agent says of itself; the server adds where and how it is reached. */
export interface CardText {
  readonly name: string
  readonly description: string
  /** Of the agent, not of the protocol. */
  readonly version: string
  readonly skills: readonly AgentSkill[]
  /** Media types that it takes and gives; texts, JSON and files when left out. */
  readonly inputModes?: readonly string[]
  readonly outputModes?: readonly string[]
  readonly provider?: { readonly organization: string; readonly url: string }
  readonly documentationUrl?: string
  /** What is left out of what the server can do, and extensions of the agent's own. */
  readonly capabilities?: {
    readonly streaming?: boolean
    readonly pushNotifications?: boolean
    readonly extensions?: readonly AgentExtension[]
  }
}

/** Modes of an agent that says nothing of them. */
const texts = ['text/plain', 'application/json', 'text/markdown']

/** The card of a served agent (A2A 1.0, 8). */
export function a2aCard(
  text: CardText,
  {
    interfaces,
    ways,
    extended = false,
  }: {
    readonly interfaces: readonly AgentInterface[]
    readonly ways: readonly Authenticator[]
    readonly extended?: boolean
  },
): AgentCard {
  const { name, description, version, skills, provider, documentationUrl, capabilities = {} } = text
  return {
    ...AgentCard.fromJSON({}),
    name,
    description,
    version,
    provider: provider === undefined ? undefined : { ...provider },
    documentationUrl,
    supportedInterfaces: [...interfaces],
    capabilities: {
      streaming: capabilities.streaming ?? true,
      pushNotifications: capabilities.pushNotifications ?? true,
      extendedAgentCard: extended,
      extensions: [
        {
          uri: replayExtension,
          description: 'Events say where they stand, and streams go on after the last one that was seen.',
          required: false,
          params: undefined,
        },
        ...(capabilities.extensions ?? []),
      ],
    },
    securitySchemes: Object.fromEntries(ways.map((way) => [way.name, way.scheme])),
    securityRequirements: ways.map((way) => ({ schemes: { [way.name]: { list: [] } } })),
    defaultInputModes: [...(text.inputModes ?? texts)],
    defaultOutputModes: [...(text.outputModes ?? texts)],
    skills: [...skills],
  }
}
