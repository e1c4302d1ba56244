import { type JsonObject, type JsonValue, KeepupError } from '@keepup/core'

import { isSame, isTrue, listOf, objectOf, textOf } from './is-true.ts'

type BlockFunction = (input: JsonObject) => JsonObject

/** What AutoGPT's blocks for values, dictionaries and lists do: from their inputs to the outputs that they emit. */
export const dataFunctions: Readonly<Record<string, BlockFunction>> = {
  store_value: ({ input = null, data = null }) => ({ output: isTrue(data) ? data : input }),
  print_to_console: ({ text = null }) => ({ output: text, status: 'printed' }),
  create_dictionary: ({ values = {} }) => ({ dictionary: objectOf(values) }),
  add_to_dictionary: ({ dictionary, key = '', value = null, entries }) => ({
    updated_dictionary: {
      ...objectOf(dictionary),
      ...(value !== null && isTrue(key) ? { [textOf(key)]: value } : {}),
      ...objectOf(entries),
    },
  }),
  find_in_dictionary: findInDictionary,
  remove_from_dictionary({ dictionary, key = null, return_value = false }) {
    const { [textOf(key)]: removed, ...rest } = objectOf(dictionary)
    if (removed === undefined) return { error: `Key '${textOf(key)}' not found in dictionary` }
    return { updated_dictionary: rest, ...(isTrue(return_value) ? { removed_value: removed } : {}) }
  },
  replace_dictionary_value({ dictionary, key = null, value = null }) {
    const values = objectOf(dictionary)
    const old = values[textOf(key)]
    if (old === undefined) return { error: `Key '${textOf(key)}' not found in dictionary` }
    return { updated_dictionary: { ...values, [textOf(key)]: value }, old_value: old }
  },
  dictionary_is_empty: ({ dictionary }) => ({ is_empty: Object.keys(objectOf(dictionary)).length === 0 }),
  create_list: ({ values }) => ({ list: listOf(values) }),
  add_to_list({ list, entry = null, entries, position = null }) {
    const added = [...listOf(entries), ...(entry === null ? [] : [entry])]
    const at = typeof position === 'number' ? position : listOf(list).length
    return { updated_list: listOf(list).toSpliced(at, 0, ...added) }
  },
  find_in_list({ list, value = null }) {
    const index = listOf(list).findIndex((item) => isSame(item, value))
    return index < 0 ? { found: false, not_found_value: value } : { index, found: true }
  },
  get_list_item({ list, index = 0 }) {
    const item = listOf(list).at(Number(index))
    return item === undefined ? { error: 'Index out of range' } : { item }
  },
  remove_from_list({ list, value = null, index = null, return_item = false }) {
    const items = listOf(list)
    const at =
      typeof index === 'number' ? place(items, index) : items.findIndex((item) => isSame(item, value))
    const removed = items[at]
    if (removed === undefined) return { error: 'Index or value not found' }
    return { updated_list: items.toSpliced(at, 1), ...(isTrue(return_item) ? { removed_item: removed } : {}) }
  },
  replace_list_item({ list, index = 0, value = null }) {
    const items = listOf(list)
    const at = place(items, Number(index))
    const old = items[at]
    return old === undefined
      ? { error: 'Index out of range' }
      : { updated_list: items.with(at, value), old_item: old }
  },
  list_is_empty: ({ list }) => ({ is_empty: listOf(list).length === 0 }),
  concatenate_lists({ lists, deduplicate = false, remove_none = false }) {
    const all = listOf(lists).flatMap(listOf)
    const kept = isTrue(remove_none) ? all.filter((item) => item !== null) : all
    const list = isTrue(deduplicate)
      ? kept.filter((item, at) => kept.findIndex((other) => isSame(other, item)) === at)
      : kept
    return { concatenated_list: list, length: list.length }
  },
  flatten_list({ nested_list, max_depth = -1 }) {
    const list = flatten(listOf(nested_list), Number(max_depth) < 0 ? 100 : Number(max_depth))
    return { flattened_list: list, length: list.length }
  },
  interleave_lists({ lists }) {
    const all = listOf(lists)
      .filter((list) => list !== null)
      .map(listOf)
    const longest = Math.max(0, ...all.map(({ length }) => length))
    const list = Array.from({ length: longest }, (_, at) =>
      all.flatMap((each) => each.slice(at, at + 1)),
    ).flat()
    return { interleaved_list: list, length: list.length }
  },
  zip_lists({ lists, pad_to_longest = false, fill_value = null }) {
    const all = listOf(lists)
      .filter((list) => list !== null)
      .map(listOf)
    const lengths = all.map(({ length }) => length)
    const length = all.length === 0 ? 0 : isTrue(pad_to_longest) ? Math.max(...lengths) : Math.min(...lengths)
    const list = Array.from({ length }, (_, at) => all.map((each) => each[at] ?? fill_value))
    return { zipped_list: list, length }
  },
  step_through_items({ items, items_object, items_str }) {
    const [data = []] = [items, items_object, items_str].filter(isTrue)
    const values = typeof data === 'string' ? parse(data) : data
    if (Array.isArray(values)) return { items: listOf(values).map((item, key) => ({ item, key })) }
    return { items: Object.entries(objectOf(values)).map(([key, item]) => ({ item, key })) }
  },
  // Not a block: what adding to a list in a loop comes to, once the loop has ended.
  collect_list: ({ list, entries }) => ({ updated_list: [...listOf(list), ...listOf(entries)] }),
}

function findInDictionary({ input = null, key = null }: JsonObject): JsonObject {
  const found = typeof input === 'string' ? parse(input) : input
  if (Array.isArray(found)) {
    if (typeof key === 'number' && key >= 0 && key < found.length)
      return { output: listOf(found)[key] ?? null }
    if (typeof key === 'string') {
      return {
        output: listOf(found).flatMap((item) =>
          Object.hasOwn(objectOf(item), key) ? [objectOf(item)[key] ?? null] : [],
        ),
      }
    }
    return { missing: input }
  }
  const values = objectOf(found)
  return Object.hasOwn(values, textOf(key)) ? { output: values[textOf(key)] ?? null } : { missing: input }
}

function place(items: readonly JsonValue[], index: number): number {
  return index < 0 ? items.length + index : index
}

function flatten(items: readonly JsonValue[], depth: number): readonly JsonValue[] {
  return items.flatMap((item) =>
    Array.isArray(item) && depth > 0 ? flatten(listOf(item), depth - 1) : [item],
  )
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue // JSON it is, where it can be parsed
  } catch (error) {
    throw new KeepupError('input-invalid', `the text ${text.slice(0, 60)} is no JSON`, { cause: error })
  }
}
