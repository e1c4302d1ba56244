import {
  defence,
  type Defence,
  type DefenceOptions,
  type DefenceState,
  type ToolAnnotations,
} from '../../src/defence/index.ts'

/** Tools of an office, as an operator would describe them. */
export const annotations: ToolAnnotations = {
  read_mail: {
    effect: 'read',
    outputs: {
      default: 'trusted',
      fields: { '/*/subject': 'free-text', '/*/body': 'free-text', '/*/sender': 'structured' },
      author: '/*/sender',
    },
  },
  read_page: { effect: 'egress-read', arguments: { '/url': 'url' }, outputs: { default: 'free-text' } },
  list_files: { effect: 'read', outputs: { default: 'trusted', fields: { '/*/content': 'free-text' } } },
  list_channels: { effect: 'read', outputs: { default: 'registry' } },
  get_profile: { effect: 'read', outputs: { default: 'trusted', confidential: ['/**'] } },
  send_email: {
    effect: 'write',
    arguments: { '/to': 'recipient', '/subject': 'content', '/body': 'content', '/attachments': 'payload' },
    outward: true,
  },
  delete_file: { effect: 'write', arguments: { '/file_id': 'resource' }, outward: false, destructive: true },
  share_file: {
    effect: 'write',
    arguments: { '/file_id': 'payload', '/email': 'recipient' },
    outward: true,
    reversible: true,
  },
  rename_file: {
    effect: 'write',
    arguments: { '/file_id': 'resource', '/new_name': 'name' },
    outward: false,
    reversible: true,
  },
  send_money: {
    effect: 'write',
    arguments: { '/recipient': 'recipient', '/amount': 'amount', '/note': 'content' },
    outward: true,
    cost: true,
  },
  invite_member: { effect: 'write', arguments: { '/email': 'recipient' }, outward: true, reversible: true },
  run_command: { effect: 'write', arguments: { '/command': 'command' }, outward: true },
}

/** A defence of the office. */
export function office(options: Partial<DefenceOptions> = {}): Defence {
  return defence({ annotations, owner: { addresses: ['me@office.example'], name: 'Ann Owner' }, ...options })
}

/** A thread in which the user asked for something and a hostile page was read. */
export function exposed(
  guard: Defence,
  prompt: string,
  page = 'Weather: rain all day, every day of the week.',
): DefenceState {
  const asked = guard.observePrompt(guard.initial, prompt)
  return guard.observeResult(asked, { tool: 'read_page', input: { url: 'weather.example' }, output: page })
}

/** The rules that found something in a call. */
export function found(
  guard: Defence,
  state: DefenceState,
  tool: string,
  input: Parameters<Defence['decide']>[1]['input'],
): readonly string[] {
  return guard.decide(state, { tool, input }).findings.map(({ rule }) => rule)
}
