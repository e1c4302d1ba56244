/** What a person says of one thing early in a chat, and what goes against it later; both in words of their own. */
export interface ChangedStatement {
  readonly earlier: string
  readonly later: string
  /** A contradiction stands beside what was said; an update takes its place. */
  readonly category: 'contradiction_resolution' | 'knowledge_update'
}

/** Statements about the work that a person does in a chat. `{tool}`, `{page}` and `{person}` are filled. */
export const changed: readonly ChangedStatement[] = [
  {
    earlier: 'I set up {tool} for sessions yesterday and the login redirects work now.',
    later: 'I have never integrated {tool} or handled sessions in this project, where do I begin?',
    category: 'contradiction_resolution',
  },
  {
    earlier: 'My homepage route renders the {page} template, can you review how I wired it?',
    later: 'I never wrote any route in this project, so please show me the first one.',
    category: 'contradiction_resolution',
  },
  {
    earlier: '{person} reviewed my pull request on caching and asked for two changes.',
    later: 'Nobody has looked at the caching pull request, {person} declined to review anything of mine.',
    category: 'contradiction_resolution',
  },
  {
    earlier: 'I decided on {tool} for charts because the bundle stays small.',
    later: 'I have not chosen any library for charts yet, and {tool} is out of the question.',
    category: 'contradiction_resolution',
  },
  {
    earlier: 'The dashboard API answers in 420 ms on average, how do I make the {page} page faster?',
    later: 'After the caching tweaks the dashboard API averages around 250 ms now.',
    category: 'knowledge_update',
  },
  {
    earlier: 'The repository has 150 commits merged into main and 12 branches, I tagged a release on {tool}.',
    later: 'By now 165 commits were merged into the main branch of the repository.',
    category: 'knowledge_update',
  },
  {
    earlier: 'My budget for hosting the {page} server is 40 dollars a month.',
    later: 'I can spend 65 dollars a month on hosting now that {person} chips in.',
    category: 'knowledge_update',
  },
  {
    earlier: 'The launch of the {page} section is planned for the 19th of April.',
    later: 'We moved the launch of the {page} section to the 3rd of May.',
    category: 'knowledge_update',
  },
]

/** Standing rules, as people put them, each with a question to which it applies. */
export const rules: readonly { readonly rule: string; readonly question: string }[] = [
  {
    rule: 'Always include version numbers when I ask about libraries.',
    question: 'Which libraries do I use?',
  },
  {
    rule: 'From now on, show code with the file name above it.',
    question: 'How do I write the login handler?',
  },
  {
    rule: 'Whenever you explain an error, start with the line that causes it.',
    question: 'Why does this fail?',
  },
  { rule: 'Going forward, give amounts in euros as well.', question: 'What does the server cost me?' },
  { rule: "I'd prefer short answers without a summary at the end.", question: 'What is a migration?' },
  { rule: 'Never suggest paid services to me.', question: 'Where can I host this?' },
]

/** What is no rule though it has the words of one, and what is said besides. */
export const asides: readonly string[] = [
  'The build always failed on my old laptop, but {tool} fixed that.',
  'I have never been to that conference, {person} has.',
  "It's been slow every single day this week on the {page} page.",
  'Can you help me write tests for the {page} page?',
  'How do I connect {tool} to the database without leaking connections?',
  'I pasted the stack trace of the {page} page, what does it mean?',
  'My sprint with {person} ends on Friday, what should I do first?',
  'Is {tool} a good fit for caching in a project like mine?',
  'Please review how the {page} page loads its transactions.',
  'What is the difference between a session and a token on the {page} page?',
  'I refactored the transactions model, does the schema look right to you?',
  'How many integration tests should cover the {page} endpoint?',
  '{person} asked whether the deployment needs a second worker.',
  'I am working on error handling for the {page} form today.',
  'Which indexes would make the transactions query of the {page} page fast?',
]

/** What an assistant answers; it is long, and repeats the words of the question. */
export const answers: readonly string[] = [
  'Certainly! Here is a step by step plan for the {page} page with {tool}: set up the environment, define the schema, write the routes, add validation, and test each of them.',
  'You can do that with {tool}. First check the configuration of the {page} page, then the sessions, then the database connection, and measure how long each takes.',
  'That depends on what {person} expects. A common way is to cache the responses of the dashboard API, commit in small steps, and deploy to one server first.',
]

/** What gaps are filled with. */
export const gaps: Readonly<Record<string, readonly string[]>> = {
  tool: ['Flask-Login', 'Redis', 'Chart.js', 'SQLAlchemy', 'Celery', 'Gunicorn', 'pytest', 'Alembic'],
  page: ['budget', 'analytics', 'settings', 'profile', 'reports', 'import', 'history', 'search'],
  person: ['Craig', 'Dana', 'Priya', 'Tom', 'Yuki', 'Noor'],
}
