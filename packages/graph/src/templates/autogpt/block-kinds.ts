import { linearPattern } from '../expression/linear-pattern.ts'
import type { BlockKind, PlanBlock } from './block-plan.ts'
import { asFunction, missingPlan } from './plan-function.ts'
import {
  planAiCondition,
  planConversation,
  planListGenerator,
  planStructuredResponse,
  planSummarizer,
  planTextGenerator,
} from './plan-prompt.ts'
import { planReview, planTimer } from './plan-wait.ts'

/** Blocks that are parts of a graph rather than steps, by id. */
export const structuralBlocks = {
  output: '363ae599-353e-4804-937e-b2ee3cef3da4',
  note: 'cc10ff7b-7753-4ff2-9af6-9399b1a7eddc',
  agent: 'e189baac-8c20-45a1-94a7-55177ea42565',
  addToList: 'aeb08fc1-2fc1-4141-bc8e-f758f183a822',
} as const

/** Blocks that give a graph its inputs, by id, with the type of what they give. */
export const inputBlocks: Readonly<Record<string, { readonly name: string; readonly type?: string }>> = {
  'c0a8e994-ebf1-4a9c-a4d8-89d09c86741b': { name: 'Agent Input' },
  '7fcd3bcb-8e1b-4e69-903d-32d3d4a92158': { name: 'Agent Short Text Input' },
  '90a56ffb-7024-4b2b-ab50-e26c5e5ab8ba': { name: 'Agent Long Text Input' },
  '96dae2bb-97a2-41c2-bd2f-13a3b5a8ea98': { name: 'Agent Number Input' },
  '7e198b09-4994-47db-8b4d-952d98241817': { name: 'Agent Date Input' },
  '2a1c757e-86cf-4c7e-aacf-060dc382e434': { name: 'Agent Time Input' },
  '95ead23f-8283-4654-aef3-10c053b74a31': { name: 'Agent File Input' },
  '655d6fdf-a334-421c-b733-520549c07cd1': { name: 'Agent Dropdown Input' },
  'cbf36ab5-df4a-43b6-8a7f-f7ed8652116e': { name: 'Agent Toggle Input' },
  '5603b273-f41e-4020-af7d-fbc9c6a8d928': { name: 'Agent Table Input' },
  'd3b32f15-6fd7-40e3-be52-e083f51b19a2': { name: 'Agent Google Drive File Input' },
}

/** Lists in parts would have to come out one after the other. */
const planCreateList: PlanBlock = (block) => {
  const isSplit = ['max_size', 'max_tokens'].some(
    (pin) => typeof block.inputs[pin] === 'number' || block.linked.has(pin),
  )
  return isSplit
    ? missingPlan(block, 'create_list_in_parts', 'it gives its list in parts')
    : asFunction('create_list', ['list'])(block)
}

/** Patterns are those of RE2, which has no look-around: others take time without bound. */
function planPattern(
  slug: string,
  pin: string,
  certain: readonly string[],
  notes: readonly string[],
): PlanBlock {
  return (block) => {
    const { [pin]: pattern } = block.inputs
    const fault = typeof pattern === 'string' && !block.linked.has(pin) ? patternFault(pattern) : undefined
    if (fault !== undefined)
      return missingPlan(block, slug, `its pattern ${JSON.stringify(pattern)} is not one of RE2`)
    return asFunction(slug, certain, ['patterns are those of RE2', ...notes])(block)
  }
}

function patternFault(pattern: string): unknown {
  try {
    linearPattern(pattern)
    return undefined
  } catch (error) {
    return error
  }
}

/** A request is repeated only where HTTP says that it may be (RFC 9110, 9.2). */
const planRequest: PlanBlock = (block) => {
  const plan = asFunction('send_web_request', [], ['sends requests only where its host gives `fetch`'])(block)
  const { method } = block.inputs
  const isSafe = typeof method === 'string' && ['GET', 'HEAD', 'OPTIONS'].includes(method)
  return plan.node.kind === 'function'
    ? { ...plan, node: { ...plan.node, repeat: isSafe ? 'safe' : 'once' } }
    : plan
}

/** The blocks that are known, by id. */
export const blockKinds: Readonly<Record<string, BlockKind>> = {
  '1f292d4a-41a4-4977-9684-7c8d560b9f91': { name: 'AI Text Generator', plan: planTextGenerator },
  'ed55ac19-356e-4243-a6cb-bc599e9b716f': {
    name: 'AI Structured Response Generator',
    plan: planStructuredResponse,
  },
  '9c0b0450-d199-458b-a731-072189dd6593': {
    name: 'AI List Generator',
    plan: planListGenerator,
    iterates: { list: 'generated_list', pins: { list_item: 'whole' } },
  },
  'a0a69be1-4528-491c-a85a-a4ab6873e3f0': { name: 'AI Text Summarizer', plan: planSummarizer },
  '32a87eab-381e-4dd4-bdb8-4c47151be35a': { name: 'AI Conversation', plan: planConversation },
  '553ec5b8-6c45-4299-8d75-b394d05f72ff': { name: 'AI Condition', plan: planAiCondition },
  '8b2a7b3c-6e9d-4a5f-8c1b-2e3f4a5b6c7d': { name: 'Human In The Loop', plan: planReview },
  'd67a9c52-5e4e-11e2-bcfd-0800200c9a71': { name: 'Countdown Timer', plan: planTimer },
  'f66a3543-28d3-4ab5-8945-9b336371e2ce': {
    name: 'Step Through Items',
    plan: asFunction('step_through_items', ['items', 'item', 'key']),
    iterates: { list: 'items', pins: { item: 'item', key: 'key' } },
  },
  '6595ae1f-b924-42cb-9a41-551a0611c4b4': { name: 'Send Web Request', plan: planRequest },
  '1ff065e9-88e8-4358-9d82-8dc91f622ba9': {
    name: 'Store Value',
    plan: asFunction('store_value', ['output']),
  },
  'f3b1c1b2-4c4f-4f0d-8d2f-4c4f0d8d2f4c': {
    name: 'Print To Console',
    plan: asFunction(
      'print_to_console',
      ['output', 'status'],
      ['prints nothing: what it was given is in its channel'],
    ),
  },
  '95d1b990-ce13-4d88-9737-ba5c2070c97b': {
    name: 'Universal Type Converter',
    plan: asFunction('convert_type', []),
  },
  'b924ddf4-de4f-4b56-9a85-358930dcbc91': {
    name: 'Create Dictionary',
    plan: asFunction('create_dictionary', ['dictionary']),
  },
  '31d1064e-7446-4693-a7d4-65e5ca1180d1': {
    name: 'Add To Dictionary',
    plan: asFunction('add_to_dictionary', ['updated_dictionary']),
  },
  '0e50422c-6dee-4145-83d6-3a5a392f65de': {
    name: 'Find In Dictionary',
    plan: asFunction('find_in_dictionary', []),
  },
  '46afe2ea-c613-43f8-95ff-6692c3ef6876': {
    name: 'Remove From Dictionary',
    plan: asFunction('remove_from_dictionary', []),
  },
  '27e31876-18b6-44f3-ab97-f6226d8b3889': {
    name: 'Replace Dictionary Value',
    plan: asFunction('replace_dictionary_value', []),
  },
  'a3cf3f64-6bb9-4cc6-9900-608a0b3359b0': {
    name: 'Dictionary Is Empty',
    plan: asFunction('dictionary_is_empty', ['is_empty']),
  },
  'a912d5c7-6e00-4542-b2a9-8034136930e4': { name: 'Create List', plan: planCreateList },
  [structuralBlocks.addToList]: { name: 'Add To List', plan: asFunction('add_to_list', ['updated_list']) },
  '5e2c6d0a-1e37-489f-b1d0-8e1812b23333': {
    name: 'Find In List',
    plan: asFunction('find_in_list', ['found']),
  },
  '262ca24c-1025-43cf-a578-534e23234e97': { name: 'Get List Item', plan: asFunction('get_list_item', []) },
  'd93c5a93-ac7e-41c1-ae5c-ef67e6e9b826': {
    name: 'Remove From List',
    plan: asFunction('remove_from_list', []),
  },
  'fbf62922-bea1-4a3d-8bac-23587f810b38': {
    name: 'Replace List Item',
    plan: asFunction('replace_list_item', []),
  },
  '896ed73b-27d0-41be-813c-c1c1dc856c03': {
    name: 'List Is Empty',
    plan: asFunction('list_is_empty', ['is_empty']),
  },
  '3cf9298b-5817-4141-9d80-7c2cc5199c8e': {
    name: 'Concatenate Lists',
    plan: asFunction('concatenate_lists', ['concatenated_list', 'length']),
  },
  'cc45bb0f-d035-4756-96a7-fe3e36254b4d': {
    name: 'Flatten List',
    plan: asFunction('flatten_list', ['flattened_list', 'length']),
  },
  '9f616084-1d9f-4f8e-bc00-5b9d2a75cd75': {
    name: 'Interleave Lists',
    plan: asFunction('interleave_lists', ['interleaved_list', 'length']),
  },
  '0d0e684f-5cb9-4c4b-b8d1-47a0860e0c07': {
    name: 'Zip Lists',
    plan: asFunction('zip_lists', ['zipped_list', 'length']),
  },
  '715696a0-e1da-45c8-b209-c2fa9c3b0be6': { name: 'Condition', plan: asFunction('condition', ['result']) },
  '3c9c2f42-b0c3-435f-ba35-05f7a25c772a': { name: 'Count Items', plan: asFunction('count_items', ['count']) },
  'b1ab9b19-67a6-406d-abf5-2dba76d00c79': { name: 'Calculator', plan: asFunction('calculator', ['result']) },
  '3060088f-6ed9-4928-9ba7-9c92823a7ccd': {
    name: 'Match Text Pattern',
    plan: planPattern('match_text_pattern', 'match', [], []),
  },
  '3146e4fe-2cdd-4f29-bd12-0c9d5bb4deb0': {
    name: 'Extract Text Information',
    plan: planPattern(
      'extract_text_information',
      'pattern',
      ['matched_results', 'matched_count'],
      ['of several matches the first one is `positive`'],
    ),
  },
  'db7d8f02-2f44-4c55-ab7a-eae0941f0c30': {
    name: 'Fill Text Template',
    plan: asFunction(
      'fill_text_template',
      ['output'],
      ['of Jinja, names are filled in; statements and filters fail'],
    ),
  },
  'e30a4d42-7b7d-4e6a-b36e-1f9b8e3b7d85': {
    name: 'Combine Texts',
    plan: asFunction('combine_texts', ['output']),
  },
  'd5ea33c8-a575-477a-b42f-2fe3be5055ec': { name: 'Text Split', plan: asFunction('text_split', ['texts']) },
  '7e7c87ab-3469-4bcc-9abe-67705091b713': {
    name: 'Text Replace',
    plan: asFunction('text_replace', ['output']),
  },
  'a892b8d9-3e4e-4e9c-9c1e-75f8efcf1bfa': {
    name: 'Get Current Time',
    plan: asFunction('get_current_time', ['time'], ['times are UTC']),
  },
  'b29c1b50-5d0e-4d9f-8f9d-1b0e6fcbf0b1': {
    name: 'Get Current Date',
    plan: asFunction('get_current_date', ['date'], ['times are UTC']),
  },
  '716a67b3-6760-42e7-86dc-18645c6e00fc': {
    name: 'Get Current Date And Time',
    plan: asFunction('get_current_date_and_time', ['date_time'], ['times are UTC']),
  },
  // Known by name alone.
  '3b191d9f-356f-482d-8238-ba04b6d18381': { name: 'Smart Decision Maker', why: 'it chooses blocks as tools' },
  'a0a4b1c2-d3e4-4f56-a7b8-c9d0e1f2a3b4': { name: 'MCP Tool' },
  'df06086a-d5ac-4abb-9996-2ad0acb2eff7': { name: 'Read Discord Messages' },
  'd0822ab5-9f8a-44a3-8971-531dd0178b6b': { name: 'Send Discord Message' },
  '436c3984-57fd-4b85-8e9a-459b356883bd': { name: 'Extract Website Content' },
  'f3a8f7e1-4b1d-4e5f-9f2a-7c3d5a2e6b4c': { name: 'Transcribe Youtube Video' },
  '90f8c45e-e983-4644-aa0b-b4ebe2f531bc': { name: 'Replicate Flux Advanced Model' },
  '3735a31f-7e18-4aca-9e90-08a7120674bc': { name: 'File Read' },
  'cbb50872-625b-42f0-8203-a2ae78242d8a': { name: 'File Store' },
}
