import { AgentCard } from '@a2a-js/sdk'

import type { CommandLine } from '../command-line.ts'
import { reportError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { safeLine, safeText } from '../terminal/safe-text.ts'
import type { A2aFlags } from './a2a-flags.ts'
import { connect } from './connect.ts'

/** Prints the card of an agent. */
export async function a2aCard(line: CommandLine, flags: A2aFlags, address: string): Promise<ExitName> {
  const { host, terminal } = line
  const { card } = await connect(host, address, flags)
  const text = flags.json ? JSON.stringify(AgentCard.toJSON(card)) : cardLines(card).join('\n')
  await terminal.out.write(`${flags.json ? text : safeText(text)}\n`)
  return 'completed'
}

function cardLines(card: AgentCard): readonly string[] {
  const { name, version, description, skills, supportedInterfaces, securitySchemes, signatures } = card
  const schemes = Object.keys(securitySchemes)
  return [
    `${safeLine(name)} ${safeLine(version)}`,
    safeLine(description),
    '',
    ...skills.map(
      ({ id, name: title, description: what }) =>
        `skill  ${safeLine(id)}: ${safeLine(title)}. ${safeLine(what)}`,
    ),
    ...supportedInterfaces.map(
      ({ protocolBinding, protocolVersion, url }) =>
        `${safeLine(protocolBinding)} ${safeLine(protocolVersion)}  ${safeLine(url)}`,
    ),
    `asks for  ${schemes.length === 0 ? 'nothing' : schemes.map(safeLine).join(' or ')}`,
    // Whether a signature holds only a key can say, and none is known here.
    `signatures  ${signatures.length}${signatures.length === 0 ? '' : ', not checked'}`,
  ]
}

/** Looks for agents at addresses, and says of each what it can do. */
export async function a2aDiscover(
  line: CommandLine,
  flags: A2aFlags,
  ...addresses: readonly string[]
): Promise<ExitName> {
  const { host, terminal } = line
  const found = await Promise.all(
    addresses.map(async (address) => {
      try {
        const { card } = await connect(host, address, flags)
        return { address, card }
      } catch (error) {
        return { address, error: reportError(error).what }
      }
    }),
  )
  for (const one of found) {
    const { address } = one
    if (flags.json) {
      const record = 'card' in one ? { address, card: AgentCard.toJSON(one.card) } : one
      await terminal.out.write(`${JSON.stringify(record)}\n`)
    } else if ('card' in one) {
      const skills = one.card.skills.map(({ id }) => safeLine(id)).join(', ')
      await terminal.out.write(`${address}  ${safeLine(one.card.name)}  ${skills}\n`)
    } else {
      await terminal.notes.write(safeText(`${address}  ${one.error}\n`))
    }
  }
  return found.every((one) => 'card' in one) ? 'completed' : 'failed'
}
