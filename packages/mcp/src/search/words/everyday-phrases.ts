/** What people say in several words, and the words of tools for it: the first is what is looked for, whole words, any ending after `~`. */
const phrases: readonly (readonly [string, string])[] = [
  // what a question is after
  ['where', 'find location path'],
  ['when', 'time date'],
  ['who|whose|whom', 'person owner'],
  ['how (?:big|large|long|heavy)', 'size length'],
  ['how many', 'count number'],
  ['how far|how (?:it|things?) (?:is|are) (?:going|getting on|coming along)', 'progress status'],
  [
    '(?:what|which)\\b.*\\b(?:are there|is there|exist|do i have|have i|can i|may i|are available)',
    'list available',
  ],
  ['(?:what|anything|everything|something)\\b.*\\babout', 'search query'],
  [
    '(?:what|anything|everything)\\b.*\\b(?:is|are|s) (?:in|inside)|inside|contain~|in it',
    'content read list',
  ],
  ['(?:what|anything|everything)\\b.*\\b(?:is|are|s) on', 'content view snapshot'],
  [
    'may i|can i|am i allowed|allowed to|can be (?:reached|used|seen)|have access',
    'allowed permission access',
  ],
  ['(?:on|of|in) disk|disk space', 'file size'],
  // several, one, all
  ['in one go|at once|at the same time|in parallel|together|in bulk|all of them', 'multiple batch'],
  ['a (?:bunch|number|pair|couple|handful|lot|few) of|many|several|two|three|four|five', 'multiple list'],
  ['step by step|one by one|one after (?:the other|another)|in order', 'sequential step'],
  ['more than one|in a single (?:call|go)', 'multiple'],
  // taking away, putting in
  [
    'get rid of|take (?:\\w+ )?(?:out|away|off)|throw (?:\\w+ )?(?:out|away)|strike out|no longer',
    'delete remove',
  ],
  ['put (?:\\w+ ){0,4}(?:in|into|onto|on)', 'add insert write type enter'],
  ['write (?:\\w+ )?down|jot down|keep track|take (?:a )?note', 'save record note add'],
  ['fill (?:\\w+ )?(?:in|out|up)', 'fill form'],
  ['bring up|pull up|call up|come up', 'open show'],
  ['look (?:for|up|through)|go through|track down|dig (?:up|out)|come across', 'search find'],
  ['look at|have a look|take a look|peek', 'view show read'],
  ['look like|looks like', 'screenshot show appearance'],
  ['find out|figure out|work out|work through|think (?:about|through|over)|mull over|weigh', 'think analyze'],
  ['come up with|set up|make up', 'create generate'],
  ['carry out|kick off|fire up|start up|boot up|spin up', 'run start trigger'],
  ['shut down|close down|wind down|finish(?:ed)? with|done with|get out of', 'close stop end'],
  ['turn (?:\\w+ ){0,4}(?:on|off)|switch (?:\\w+ ){0,4}(?:on|off)|flip (?:on|off)', 'toggle enable disable'],
  ['switch (?:to|over)|change to|flip to', 'select switch'],
  ['hold on|hang on|stand by', 'wait'],
  ['show(?:s|ed)? up|pop(?:s|ped)? up|turn(?:s|ed)? up', 'appear trigger dialog'],
  ['go(?:es)? away|gone', 'disappear gone'],
  ['go back|back to|step back|one back|going back', 'back previous navigate'],
  ['go to|going to|head (?:over )?to', 'navigate open url'],
  ['log ?(?:in|on)|sign ?(?:in|on|up)', 'login authenticate'],
  ['send back|give back|say (?:\\w+ )?back|play (?:\\w+ )?back', 'return echo'],
  ['pass on|hand (?:over|in|out|on)|give out', 'submit send provide return'],
  ['as is|word for word|as it stands|the same|exactly what', 'echo exact'],
  ['point(?:ing)? (?:at|to)|mouse over', 'hover reference'],
  ['let go', 'drop release'],
  ['from (?:\\w+ )?outside|onto the (?:page|website|area)|upload area|drop (?:zone|area)', 'drop'],
  ['make (?:\\w+ ){0,3}(?:smaller|tiny)|shrink', 'compress resize small'],
  ['make (?:\\w+ ){0,3}(?:bigger|larger|wider|taller)|enlarge', 'resize zoom'],
  ['made up|not real', 'simulated fake'],
  ['one liner|snippet', 'expression code'],
  ['whole|entire|complete|full', 'all entire full'],
  ['so far|since the start|since it (?:was )?(?:started|loaded|came up)', 'history all list'],
  ['knowledge base|long.term memory|second brain', 'knowledge graph memory'],
  ['has to do with|have to do with|related to|to do with', 'search relation query'],
  [
    '(?:put|move|bring|send) \\S+ (?:in|into|to|onto) (?:the |a |another |my )?(?:\\w+ )?(?:folder|directory)',
    'move file destination',
  ],
  ['(?:has|have|had) (?:\\w+ )?(?:inside|in it)|(?:what|which) files', 'list directory'],
  ['(?:at|in) the (?:start|beginning|top|end|middle) of|from \\S+ to \\S+', 'edit line'],
  ['(?:is|are) (?:written|said|stored) in|what does .* say', 'read text content'],
  ['pick out', 'select'],
  ['(?:a |another )?(?:new|different|other) name|call (?:it|this|that)', 'rename move'],
  ['take (?:\\w+ ){0,3}back', 'delete remove undo'],
  [
    'keep (?:that|this|it|\\w+) in mind|in your memory|your (?:memory|brain)',
    'memory knowledge graph observation',
  ],
  ['(?:depend~|rel(?:y|ies)|work~|belong~|know~|liv~) (?:on|for|at|with|to|in)', 'relation'],
  ['web address|by (?:its )?address|web site|web page', 'url page navigate'],
  ['(?:to|on|onto) disk|to a file|as a file|as \\w+\\.\\w+', 'write save file'],
  ['how old|last (?:change|edit|touched)|changed last', 'time modified created date'],
  ['in the background', 'operation task network'],
  ['work out \\d|added to|\\bplus\\b', 'sum add calculate'],
  ['(?:the )?human|the person', 'user elicitation'],
  ['a moment ago|where i was|came from', 'previous back history'],
  ['how does (?:it|this|that|the \\w+) look|what .{0,20} looks? like', 'screenshot snapshot image'],
  ['on paper|printed', 'print media'],
  ['search (?:box|field|bar)|text ?(?:box|area|field)|input (?:box|field)', 'input field text'],
]

const compiled: readonly (readonly [RegExp, string])[] = phrases.map(([phrase, words]) => [
  new RegExp(`\\b(?:${phrase.replaceAll('~', '\\w*')})\\b`, 'i'),
  words,
])

/** The words of tools for what a question says in phrases. */
export function wordsOfPhrases(question: string): readonly string[] {
  return compiled.flatMap(([phrase, words]) => (phrase.test(question) ? [words] : []))
}
