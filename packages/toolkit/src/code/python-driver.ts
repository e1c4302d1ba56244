import type { InterpreterBounds } from './interpreter-bounds.ts'

const driver = `
import ast, asyncio, inspect, json, linecache, os, queue, signal, sys, threading, time, traceback

os.set_inheritable(4, False)
os.set_inheritable(5, False)
main = threading.main_thread().ident
cells = queue.SimpleQueue()
state = {"running": False}

def reply(message):
    data = (json.dumps(message) + "\\n").encode()
    while data:
        data = data[os.write(4, data):]

def read():
    with os.fdopen(5, encoding="utf-8") as requests:
        for line in requests:
            request = json.loads(line)
            if request["type"] == "run":
                cells.put(request)
            elif state["running"]:
                signal.pthread_kill(main, signal.SIGINT)
    os._exit(0)

def watch():
    page = os.sysconf("SC_PAGE_SIZE")
    while True:
        time.sleep(0.1)
        with open("/proc/self/statm") as usage:
            used = int(usage.read().split()[1]) * page
        if used > memory:
            reply({"type": "lost", "reason": "it used %d MiB of memory" % (used >> 20)})
            os._exit(1)

loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
scope = {"__name__": "__main__", "__builtins__": __builtins__}

def evaluate(code):
    result = eval(code, scope)
    return loop.run_until_complete(result) if code.co_flags & inspect.CO_COROUTINE else result

def run(source, name):
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    tree = compile(source, name, "exec", flags | ast.PyCF_ONLY_AST, True)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    evaluate(compile(tree, name, "exec", flags, True))
    if last is None:
        return None
    value = evaluate(compile(ast.Expression(last.value), name, "eval", flags, True))
    if value is None:
        return None
    scope["_"] = value
    text = repr(value)
    return text if len(text) <= shown else "%s… %d more characters" % (text[:shown], len(text) - shown)

def failure(error, name):
    trace = error.__traceback__
    while trace is not None and not trace.tb_frame.f_code.co_filename.startswith("cell-"):
        trace = trace.tb_next
    text = "".join(traceback.format_exception(type(error), error, trace)).rstrip()
    return text if len(text) <= shown else "%s\\n…\\n%s" % (text[: shown // 2], text[-(shown // 2):])

def step(request):
    answer = {"type": "done"}
    try:
        state["running"] = True
        value = run(request["source"], request["name"])
        if value is not None:
            answer["value"] = value
    except KeyboardInterrupt as error:
        answer = {"type": "done", "interrupted": True, "error": failure(error, request["name"])}
    except BaseException as error:
        answer = {"type": "done", "error": failure(error, request["name"])}
    finally:
        state["running"] = False
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            pass
    return answer

threading.Thread(target=read, daemon=True).start()
if os.path.exists("/proc/self/statm"):
    threading.Thread(target=watch, daemon=True).start()
sys.path.insert(0, os.getcwd())
while True:
    try:
        reply(step(cells.get()))
    except KeyboardInterrupt:
        # It came when the cell was over already.
        reply({"type": "done", "interrupted": True})
`

/**
 * The program that runs Python cells, as text for `python3 -c`. It reads requests from descriptor 5 and answers on descriptor 4: the ordinary streams belong to
 * the cells. One thread reads, so that a cell that computes can be interrupted; one looks after the memory.
 */
export function pythonDriver({ memory, shown }: InterpreterBounds): string {
  return `memory, shown = ${memory}, ${shown}\n${driver}`
}
