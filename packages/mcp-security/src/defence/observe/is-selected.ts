import { promptHas, type PromptText } from '../matching/prompt-text.ts'
import { isObject, type Item } from './places-of.ts'

const naming = ['filename', 'file_name', 'title', 'subject', 'name', 'label', 'path']

/** Whether the user's words single an item out: it is the only one, or they name it. */
export function isSelected(item: Item, isCatalogue: boolean, prompts: readonly PromptText[]): boolean {
  if (item.list.length === 1 && !(isCatalogue && isWide(item))) return true
  return prompts.some((prompt) => isNamed(item, prompt))
}

/** A text or a table of a catalogue names many things at once. */
function isWide({ value }: Item): boolean {
  return typeof value === 'string' || (isObject(value) && Object.keys(value).length > 1)
}

function isNamed({ value }: Item, prompt: PromptText): boolean {
  if (!isObject(value)) return false
  return naming.some((field) => {
    const name = value[field]
    if (typeof name !== 'string' || name.length < 3) return false
    return promptHas(prompt, name) || (name.includes('.') && promptHas(prompt, name.replace(/\.[^.]+$/, '')))
  })
}
