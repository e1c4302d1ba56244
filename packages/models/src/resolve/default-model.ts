import { catalogue as bundled, type Catalogue, type CatalogueProvider } from '../catalogue/catalogue.ts'
import { type Environment, isLoopback, keyVariables } from './environment.ts'
import { providerTransport } from './provider-transport.ts'

/**
 * A reference to a sensible model for whatever key is in the environment: the first listed model with tools of the best-known provider whose
 * variables are all set. Undefined where there is none. Tokens that are set for other reasons (of GitHub, GitLab, Hugging Face) count last.
 */
export async function defaultModel(
  environment: Environment,
  catalogue?: Catalogue,
): Promise<string | undefined> {
  const providers = catalogue ?? (await bundled())
  const order = [
    ...first,
    ...Object.keys(providers).filter((id) => !first.includes(id) && !last.includes(id)),
    ...last,
  ]
  for (const id of order) {
    const provider = providers[id]
    const model = Object.values(provider?.models ?? {}).find((one) => one.tool_call)
    if (provider !== undefined && model !== undefined && isReady(provider, environment))
      return `${id}/${model.id}`
  }
  return undefined
}

const first = [
  'anthropic',
  'openai',
  'google',
  'openrouter',
  'xai',
  'mistral',
  'deepseek',
  'groq',
  'moonshotai',
  'zai',
]
const last = [
  'huggingface',
  'github-models',
  'github-copilot',
  'gitlab',
  'databricks',
  'amazon-bedrock',
  'google-vertex',
  'google-vertex-anthropic',
]

/** Every variable of the URL, and one of those for the key. Packages need all of theirs. */
function isReady(provider: CatalogueProvider, environment: Environment): boolean {
  const isSet = (name: string): boolean => (environment[name]?.trim() ?? '') !== ''
  const transport = providerTransport(provider)
  if (provider.env.length === 0) return false
  if (transport.type === 'package') return provider.env.every(isSet)
  if (isLoopback(transport.baseUrl)) return false
  const keys = keyVariables(provider, transport.baseUrl)
  return keys.some(isSet) && provider.env.filter((name) => !keys.includes(name)).every(isSet)
}
