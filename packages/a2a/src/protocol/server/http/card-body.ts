import { createHash } from 'node:crypto'

import { AgentCard, type AgentInterface } from '@a2a-js/sdk'

/** A card as it is sent. */
export interface CardBody {
  readonly text: string
  /** Of its content (RFC 9110, 8.8.3). */
  readonly etag: string
}

/** The card in its JSON form, with every field that must be there, also where it is empty (A2A 1.0, 4.4.1). */
export function cardBody(card: AgentCard): CardBody {
  return bodyOf(currentForm(card))
}

/** The card with the fields of version 0.3 beside those of 1.0, for clients that name no version: each finds what it looks for. */
export function olderCardBody(card: AgentCard): CardBody {
  const current = currentForm(card)
  const [preferred, ...others] = card.supportedInterfaces.filter(
    ({ protocolVersion }) => protocolVersion === '0.3',
  )
  if (preferred === undefined) return bodyOf(current)
  return bodyOf({
    ...current,
    protocolVersion: '0.3.0',
    url: preferred.url,
    preferredTransport: preferred.protocolBinding,
    additionalInterfaces: [preferred, ...others].map(olderInterface),
    supportsAuthenticatedExtendedCard: card.capabilities?.extendedAgentCard === true,
    securitySchemes: olderSchemes(card),
    security: card.securityRequirements.map(({ schemes }) =>
      Object.fromEntries(Object.entries(schemes).map(([name, { list }]) => [name, list])),
    ),
  })
}

function currentForm(card: AgentCard): Readonly<Record<string, unknown>> {
  const required = {
    name: '',
    description: '',
    version: '',
    capabilities: {},
    supportedInterfaces: [],
    skills: [],
    defaultInputModes: [],
    defaultOutputModes: [],
  }
  const form = AgentCard.toJSON(card)
  return { ...required, ...(typeof form === 'object' ? form : {}) }
}

function olderInterface({ url, protocolBinding }: AgentInterface): unknown {
  return { url, transport: protocolBinding }
}

/** Each scheme in both forms at once: the discriminator of the older beside the member of the newer. */
function olderSchemes(card: AgentCard): Readonly<Record<string, unknown>> {
  const entries = Object.entries(card.securitySchemes).map(([name, { scheme }]) => {
    switch (scheme?.$case) {
      case 'httpAuthSecurityScheme':
        return [name, { type: 'http', scheme: scheme.value.scheme, httpAuthSecurityScheme: scheme.value }]
      case 'apiKeySecurityScheme':
        return [
          name,
          {
            type: 'apiKey',
            in: scheme.value.location,
            name: scheme.value.name,
            apiKeySecurityScheme: scheme.value,
          },
        ]
      case 'mtlsSecurityScheme':
        return [name, { type: 'mutualTLS', mtlsSecurityScheme: scheme.value }]
      case 'openIdConnectSecurityScheme':
        return [
          name,
          {
            type: 'openIdConnect',
            openIdConnectUrl: scheme.value.openIdConnectUrl,
            openIdConnectSecurityScheme: scheme.value,
          },
        ]
      default:
        return [name, { type: 'oauth2', flows: {} }]
    }
  })
  return Object.fromEntries(entries)
}

function bodyOf(form: unknown): CardBody {
  const text = JSON.stringify(form)
  return { text, etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"` }
}
