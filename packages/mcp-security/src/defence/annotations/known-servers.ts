import type { ToolAnnotation, ToolAnnotations } from '../rules/tool-annotation.ts'

/** A server of MCP that many use, told by where it comes from, never by what it says of itself. */
export interface KnownServer {
  /** How people call it. */
  readonly name: string
  /** Names of packages and images: whole, or before a version. */
  readonly packages: readonly string[]
  /** Hosts that serve it. */
  readonly hosts?: readonly string[]
  readonly tools: ToolAnnotations
}

const readers = (names: string): ToolAnnotations => each(names, { effect: 'read' })

function each(names: string, annotation: ToolAnnotation): ToolAnnotations {
  return Object.fromEntries(
    names
      .trim()
      .split(/\s+/)
      .map((name) => [name, annotation]),
  )
}

const inward = (more: Omit<ToolAnnotation, 'effect'> = {}): ToolAnnotation => ({
  effect: 'write',
  outward: false,
  ...more,
})
const outward = (args: NonNullable<ToolAnnotation['arguments']>): ToolAnnotation => ({
  effect: 'write',
  outward: true,
  arguments: args,
})
const repository = { '/owner': 'principal', '/repo': 'resource' } as const
const text = { '/title': 'content', '/body': 'content', '/message': 'content' } as const

/** What the operators of these servers say that their tools do, put into words of the defence. Whoever changes a server's package in a configuration changes this too. */
export const knownServers: readonly KnownServer[] = [
  {
    name: 'filesystem',
    packages: ['@modelcontextprotocol/server-filesystem', 'mcp/filesystem'],
    tools: {
      ...readers(`read_file read_text_file read_media_file read_multiple_files list_directory list_directory_with_sizes
        directory_tree search_files get_file_info list_allowed_directories`),
      ...each(
        'write_file edit_file create_directory',
        inward({
          arguments: { '/path': 'path', '/content': 'content', '/edits': 'content', '/dryRun': 'scalar' },
        }),
      ),
      move_file: inward({ destructive: true, arguments: { '/source': 'path', '/destination': 'path' } }),
    },
  },
  {
    name: 'memory',
    packages: ['@modelcontextprotocol/server-memory', 'mcp/memory'],
    tools: {
      ...readers('read_graph search_nodes open_nodes'),
      ...each(
        'create_entities create_relations add_observations',
        inward({
          arguments: { '/entities': 'content', '/relations': 'content', '/observations': 'content' },
          reversible: true,
        }),
      ),
      ...each('delete_entities delete_observations delete_relations', inward({ destructive: true })),
    },
  },
  {
    name: 'everything',
    packages: ['@modelcontextprotocol/server-everything'],
    tools:
      readers(`echo add get-sum get-tiny-image get-annotated-message get-resource-links get-resource-reference
      get-structured-content simulate-research-query trigger-long-running-operation longRunningOperation`),
  },
  {
    name: 'fetch',
    packages: ['mcp-server-fetch', 'mcp/fetch'],
    tools: {
      fetch: {
        effect: 'egress-read',
        outward: true,
        arguments: { '/url': 'url', '/max_length': 'scalar', '/start_index': 'scalar', '/raw': 'scalar' },
      },
    },
  },
  {
    name: 'git',
    packages: ['mcp-server-git', 'mcp/git'],
    tools: {
      ...readers('git_status git_diff git_diff_unstaged git_diff_staged git_log git_show git_branch'),
      ...each('git_add git_commit git_create_branch git_checkout git_init', { effect: 'workspace' }),
      git_reset: inward({ arguments: { '/repo_path': 'scalar' } }),
    },
  },
  {
    name: 'github',
    packages: ['@modelcontextprotocol/server-github', 'ghcr.io/github/github-mcp-server', 'mcp/github'],
    hosts: ['api.githubcopilot.com'],
    tools: {
      ...readers(`get_me get_issue get_pull_request get_pull_request_files get_pull_request_status get_pull_request_comments
        get_pull_request_reviews get_pull_request_diff get_file_contents get_commit get_tag get_workflow_run get_job_logs
        get_code_scanning_alert get_discussion issue_read pull_request_read list_issues list_pull_requests list_commits list_branches
        list_tags list_releases list_workflows list_workflow_runs list_discussions list_code_scanning_alerts search_issues
        search_pull_requests search_code search_repositories search_users`),
      ...each(
        'create_issue update_issue add_issue_comment issue_write',
        outward({ ...repository, ...text, '/issue_number': 'resource', '/assignees': 'principal' }),
      ),
      ...each(
        'create_pull_request update_pull_request create_pull_request_review',
        outward({
          ...repository,
          ...text,
          '/pull_number': 'resource',
          '/head': 'scalar',
          '/base': 'scalar',
          '/draft': 'scalar',
        }),
      ),
      ...each(
        'create_or_update_file push_files create_branch',
        outward({
          ...repository,
          ...text,
          '/path': 'scalar',
          '/branch': 'scalar',
          '/content': 'content',
          '/files': 'content',
          '/sha': 'scalar',
        }),
      ),
      ...each('merge_pull_request delete_file', {
        ...outward({ ...repository, '/pull_number': 'resource', '/path': 'resource' }),
        destructive: true,
      }),
      ...each(
        'create_repository fork_repository',
        outward({
          '/name': 'name',
          '/owner': 'principal',
          '/repo': 'resource',
          '/description': 'content',
          '/private': 'scalar',
        }),
      ),
    },
  },
  {
    name: 'playwright',
    packages: ['@playwright/mcp', 'mcp/playwright', '@modelcontextprotocol/server-puppeteer'],
    tools: {
      ...readers(`browser_snapshot browser_take_screenshot browser_console_messages browser_network_requests browser_wait_for
        browser_resize browser_close browser_install browser_tab_list browser_navigate_back puppeteer_screenshot`),
      ...each('browser_navigate browser_tab_new puppeteer_navigate', {
        effect: 'egress-read',
        outward: true,
        arguments: { '/url': 'url' },
      }),
    },
  },
  {
    name: 'slack',
    packages: ['@modelcontextprotocol/server-slack', '@zencoderai/slack-mcp-server', 'mcp/slack'],
    tools: {
      ...readers(
        'slack_list_channels slack_get_channel_history slack_get_thread_replies slack_get_users slack_get_user_profile',
      ),
      ...each(
        'slack_post_message slack_reply_to_thread',
        outward({ '/channel_id': 'recipient', '/text': 'content', '/thread_ts': 'resource' }),
      ),
      slack_add_reaction: outward({
        '/channel_id': 'recipient',
        '/timestamp': 'resource',
        '/reaction': 'scalar',
      }),
    },
  },
  {
    name: 'time',
    packages: ['mcp-server-time', 'mcp/time'],
    tools: readers('get_current_time convert_time'),
  },
  {
    name: 'sequential-thinking',
    packages: ['@modelcontextprotocol/server-sequential-thinking', 'mcp/sequentialthinking'],
    tools: each('sequentialthinking sequential_thinking', { effect: 'read', echoes: true }),
  },
  {
    name: 'context7',
    packages: ['@upstash/context7-mcp'],
    hosts: ['mcp.context7.com'],
    tools: each('resolve-library-id get-library-docs query-docs', {
      effect: 'egress-read',
      outward: true,
      arguments: {
        '/libraryName': 'content',
        '/query': 'content',
        '/topic': 'content',
        '/context7CompatibleLibraryID': 'scalar',
        '/libraryId': 'scalar',
        '/tokens': 'scalar',
        '/page': 'scalar',
      },
    }),
  },
]
