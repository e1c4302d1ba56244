import type { Attributes } from '@opentelemetry/api'

/** Providers that the conventions name otherwise. */
const wellKnown: Readonly<Record<string, string>> = {
  google: 'gcp.gemini',
  'google-vertex': 'gcp.vertex_ai',
  'amazon-bedrock': 'aws.bedrock',
  azure: 'azure.ai.openai',
  mistral: 'mistral_ai',
  xai: 'x_ai',
  watsonx: 'ibm.watsonx.ai',
}

/** The provider of a model id, `provider/name` or `openai-compatible:URL#name`, as the conventions name it. */
function providerOf(model: string): string {
  const provider = /^[^:/]+/.exec(model)?.[0] ?? 'unknown'
  return Object.hasOwn(wellKnown, provider) ? (wellKnown[provider] ?? provider) : provider
}

/** The name that a provider knows a model by. */
export function modelNameOf(model: string): string {
  const place = /^[^:/]+:(?=https?:)/.exec(model)
  if (place !== null) return /#(.*)$/.exec(model)?.[1] ?? 'unknown'
  return model.slice(model.indexOf('/') + 1)
}

/** Which model is asked, and where. Of a URL only host and port are told: the rest may hold a secret. */
export function modelAttributes(model: string): Attributes {
  return {
    'gen_ai.provider.name': providerOf(model),
    'gen_ai.request.model': modelNameOf(model),
    ...serverOf(model),
  }
}

function serverOf(model: string): Attributes {
  const address = /^[^:/]+:(https?:.*)$/.exec(model)?.[1]
  const url = address === undefined ? null : URL.parse(address)
  if (url === null) return {}
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  return { 'server.address': url.hostname, 'server.port': port }
}
