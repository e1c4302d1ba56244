import type { CatalogueModel, CatalogueProvider } from '../catalogue/catalogue.ts'
import type { OpenAICompatibleOptions } from '../openai-compatible/openai-compatible.ts'

/** How a model is reached: over one of keepup's own transports, or through an AI SDK package. */
export type ProviderTransport = OwnTransport | { readonly type: 'package'; readonly npm: string }

/** One of keepup's own transports, and where. */
export type OwnTransport =
  | { readonly type: 'openai-compatible'; readonly baseUrl: string; readonly rules: OpenAIRules }
  | { readonly type: 'openai-responses'; readonly baseUrl: string }
  | { readonly type: 'anthropic'; readonly baseUrl: string }
  | { readonly type: 'gemini'; readonly baseUrl: string }

/** What one server wants otherwise. */
export type OpenAIRules = Pick<
  OpenAICompatibleOptions,
  'callIds' | 'keyHeader' | 'maxOutputField' | 'streamUsage'
>

/** The transport for a model of a provider: an own one wherever the provider speaks a format that there is one for. */
export function providerTransport(provider: CatalogueProvider, model?: CatalogueModel): ProviderTransport {
  const { npm = provider.npm, api = provider.api } = model?.provider ?? {}
  const known = dialects.get(npm)
  if (known !== undefined) return { type: known.type, baseUrl: api ?? known.baseUrl }
  const baseUrl = npm === '@ai-sdk/openai-compatible' ? api : openaiBase(npm, api)
  if (baseUrl === undefined) return { type: 'package', npm }
  return { type: 'openai-compatible', baseUrl, rules: rulesOf.get(npm) ?? rulesOf.get(provider.id) ?? {} }
}

function openaiBase(npm: string, api: string | undefined): string | undefined {
  const usual = openaiAt.get(npm)
  return usual === undefined ? undefined : (api ?? usual)
}

/** Packages whose provider speaks one of the other formats, and where. */
const dialects: ReadonlyMap<
  string,
  { readonly type: 'openai-responses' | 'anthropic' | 'gemini'; readonly baseUrl: string }
> = new Map([
  ['@ai-sdk/openai', { type: 'openai-responses', baseUrl: 'https://api.openai.com/v1' }],
  ['@ai-sdk/anthropic', { type: 'anthropic', baseUrl: 'https://api.anthropic.com/v1' }],
  ['@ai-sdk/google', { type: 'gemini', baseUrl: 'https://generativelanguage.googleapis.com/v1beta' }],
])

/** Packages whose provider also speaks OpenAI's chat completions, and where. */
const openaiAt: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({
    '@ai-sdk/azure': 'https://${AZURE_RESOURCE_NAME}.openai.azure.com/openai/v1',
    '@ai-sdk/mistral': 'https://api.mistral.ai/v1',
    '@ai-sdk/xai': 'https://api.x.ai/v1',
    '@ai-sdk/groq': 'https://api.groq.com/openai/v1',
    '@ai-sdk/cerebras': 'https://api.cerebras.ai/v1',
    '@ai-sdk/cohere': 'https://api.cohere.ai/compatibility/v1',
    '@ai-sdk/perplexity': 'https://api.perplexity.ai',
    '@ai-sdk/togetherai': 'https://api.together.xyz/v1',
    '@ai-sdk/deepinfra': 'https://api.deepinfra.com/v1/openai',
    '@ai-sdk/deepseek': 'https://api.deepseek.com',
    '@ai-sdk/fireworks': 'https://api.fireworks.ai/inference/v1',
    '@ai-sdk/vercel': 'https://api.v0.dev/v1',
    '@ai-sdk/gateway': 'https://ai-gateway.vercel.sh/v1',
    '@ai-sdk/huggingface': 'https://router.huggingface.co/v1',
    '@ai-sdk/baseten': 'https://inference.baseten.co/v1',
    '@ai-sdk/moonshotai': 'https://api.moonshot.ai/v1',
    '@ai-sdk/alibaba': 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1',
    '@openrouter/ai-sdk-provider': 'https://openrouter.ai/api/v1',
    '@requesty/ai-sdk': 'https://router.requesty.ai/v1',
    '@aihubmix/ai-sdk-provider': 'https://aihubmix.com/v1',
  }),
)

/** By package, or by provider. */
const rulesOf: ReadonlyMap<string, OpenAIRules> = new Map(
  Object.entries<OpenAIRules>({
    '@ai-sdk/azure': { maxOutputField: 'max_completion_tokens', keyHeader: 'api-key' },
    // Mistral refuses members that it does not know, and tells usage without being asked.
    '@ai-sdk/mistral': { callIds: 'mistral', streamUsage: false },
    '@ai-sdk/cohere': { streamUsage: false },
    '@ai-sdk/perplexity': { streamUsage: false },
    portkey: { keyHeader: 'x-portkey-api-key' },
  }),
)
