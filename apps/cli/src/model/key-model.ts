import type { Environment } from '../host.ts'

/** Which model a key in the environment stands for, where nobody named one. The first key that is set decides. */
export const keyModels: readonly (readonly [variable: string, reference: string])[] = [
  ['ANTHROPIC_API_KEY', 'anthropic/claude-sonnet-4-5'],
  ['OPENAI_API_KEY', 'openai/gpt-5.1'],
  ['GEMINI_API_KEY', 'google/gemini-2.5-pro'],
  ['GOOGLE_GENERATIVE_AI_API_KEY', 'google/gemini-2.5-pro'],
  ['OPENROUTER_API_KEY', 'openrouter/anthropic/claude-sonnet-4.5'],
  ['MISTRAL_API_KEY', 'mistral/devstral-medium-latest'],
  ['GROQ_API_KEY', 'groq/openai/gpt-oss-120b'],
  ['DEEPSEEK_API_KEY', 'deepseek/deepseek-chat'],
  ['XAI_API_KEY', 'xai/grok-code-fast-1'],
]

/** The model of the first key that is set. */
export function keyModel(environment: Environment): string | undefined {
  return keyModels.find(([variable]) => environment[variable])?.[1]
}
