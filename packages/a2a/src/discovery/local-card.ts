import { AgentCard, AgentSkill } from '@a2a-js/sdk'

import { checkAddress, type MailAddress } from '../mailbox/mail-address.ts'

/** The binding by which an agent with a mailbox on the same store is reached; its URL is `mail:ADDRESS`. */
export const mailboxBinding = 'https://keepup.dev/a2a/bindings/mailbox'

/** One thing that an agent can do. */
export interface LocalSkill {
  /** Unique in its agent; made of the name when left out. */
  readonly id?: string
  readonly name: string
  readonly description: string
  readonly tags?: readonly string[]
  /** What somebody might ask for. */
  readonly examples?: readonly string[]
}

/** What a role says that a card needs. Roles of any origin have these. */
export interface LocalAgent {
  readonly address: MailAddress
  readonly name: string
  readonly description: string
  /** Of the agent, not of the protocol; `1.0.0` when left out. */
  readonly version?: string
  /** What it can do; the role itself, as one skill, when left out. */
  readonly skills?: readonly LocalSkill[]
}

/** The card of an agent of this store (A2A 1.0, 8): reached by its mailbox, with texts and JSON. Fails `input-invalid` where its address is none. */
export function localCard(agent: LocalAgent): AgentCard {
  const { address, name, description, version = '1.0.0' } = agent
  const skills = agent.skills ?? [{ name, description }]
  return AgentCard.fromJSON({
    name,
    description,
    version,
    supportedInterfaces: [
      { url: `mail:${checkAddress(address)}`, protocolBinding: mailboxBinding, protocolVersion: '1.0' },
    ],
    capabilities: {},
    defaultInputModes: ['text/plain', 'application/json'],
    defaultOutputModes: ['text/plain', 'application/json'],
    skills: skills.map((skill) =>
      AgentSkill.toJSON(
        AgentSkill.fromJSON({
          id: skill.id ?? slugOf(skill.name),
          name: skill.name,
          description: skill.description,
          tags: skill.tags ?? [],
          examples: skill.examples ?? [],
        }),
      ),
    ),
  })
}

function slugOf(name: string): string {
  const slug = name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-')
  return slug.replaceAll(/^-+|-+$/g, '') || 'skill'
}
