/*
 * One thread with its lease and its signals, by the contract of the checkpointer, and workers that may be stopped, die and come back at any step.
 *
 * Time is not modelled: a lease may end at any moment, whether its holder is dead, stopped or only slow. What holds here holds for every length of a lease and
 * for clocks that are wrong. A worker that is stopped is one that takes no step for long.
 *
 * The run: ask a person, take the answer, declare an effect that may happen only once, let it happen, record its outcome, finish. Each macro that takes a rule
 * away (NO_FENCE and so on) makes a control, in which something must go wrong.
 */

#ifndef WORKERS
#define WORKERS 2
#endif
#ifndef DEATHS
#define DEATHS 1        /* how often workers die */
#endif
#ifndef ENDS
#define ENDS 2          /* how often a lease ends under a living holder */
#endif
#ifndef LOST
#define LOST 1          /* how often the answer of the database to a commit is lost */
#endif
#define ANSWERS 2       /* signals; each is sent twice, as by a sender that did not hear that it was accepted */
#define LENGTH 12       /* more entries than a log may come to */

mtype = { asked, taken, declared, outcome, unclear, finished }

/* The store, which survives everything. */
byte writer[LENGTH];    /* the token that wrote each entry. Stands for its hash, which covers a random salt: under one token a place is written for once */
byte head;
byte token;             /* of the newest lease */
bool held;
bool orphan;            /* whether the holder is dead */
bool known[ANSWERS];    /* signals that were ever accepted */
byte waiting[ANSWERS];  /* those that are not taken, in order, each plus one */
byte pending;

/* The fold of the log. */
bool isAsked, isAnswered, isDeclared, isSettled, isFinished;

/* The world outside, which no transaction undoes. */
byte effects;

/* What is counted for the checks, and for the bounds. */
byte newest;            /* token of the last append */
byte takes[ANSWERS];
byte declarations, outcomes, ends;
byte deaths, expiries, lost;

inline apply(kind) {
  if
  :: kind == asked    -> isAsked = true
  :: kind == taken    -> isAnswered = true
  :: kind == declared -> isDeclared = true; declarations++
  :: kind == outcome || kind == unclear -> isSettled = true; outcomes++
  :: kind == finished -> isFinished = true; ends++
  fi
}

/* Removes the first signal, which an entry took. */
inline remove() {
  waiting[0] = waiting[1];
  waiting[1] = 0;
  pending--
}

/* Whether a commit may be written: the lease and the place that it was made for. */
#ifdef NO_FENCE
#define MAY (after == head || true)
#else
#define MAY (held && token == mine && after == head)
#endif

/*
 * All or nothing: the entry, the head, the signal that it takes. A commit whose answer is lost is sent again with the same bytes, for the same place; where
 * that is refused, the hash tells whether the first was written.
 */
inline commit(kind) {
  sending = true;
  do
  :: sending ->
     atomic {
       if
       :: MAY ->
            assert(head < LENGTH);
            assert(mine >= newest);
            newest = mine;
            writer[head] = mine;
            head++;
            apply(kind);
            if
            :: kind == taken ->
                 takes[waiting[0] - 1]++;
#ifndef TAKE_APART
                 remove()
#endif
            :: else
            fi;
            if
            :: lost < LOST ->
                 lost++;
#ifdef BLIND_RETRY
                 after = head
#endif
            :: sending = false; refused = false; after = head
            fi
       :: !(MAY) && after < head && writer[after] == mine ->
            sending = false; refused = false; after++
       :: !(MAY) && !(after < head && writer[after] == mine) ->
            sending = false; refused = true
       fi
     }
  :: !sending -> break
  od;
#ifdef TAKE_APART
  if
  :: kind == taken && !refused -> atomic { if :: pending > 0 -> remove() :: else fi }
  :: else
  fi;
#endif
  skip
}

#define WANTED (!isFinished && (!isAsked || isAnswered || pending > 0))

active [WORKERS] proctype worker() {
  byte mine, after;
  bool sending, refused, began;
  /* The fold as this worker knows it, which may be old. */
  bool hasAsked, hasAnswer, hasDeclared, hasSettled, hasFinished;

idle:
  /* What it knew is gone. */
  atomic {
    mine = 0; after = 0; sending = false; refused = false; began = false;
    hasAsked = false; hasAnswer = false; hasDeclared = false; hasSettled = false; hasFinished = false
  }
end_idle:
  /* A lease is given to one at a time, and its token grows with each. */
  atomic { !held && WANTED -> held = true; orphan = false; token++; mine = token }
  /* The log is read under it. */
  atomic {
    after = head; hasAsked = isAsked; hasAnswer = isAnswered; hasDeclared = isDeclared; hasSettled = isSettled;
    hasFinished = isFinished
  }

work:
  if
  :: atomic { deaths < DEATHS -> deaths++; if :: held && token == mine -> orphan = true :: else fi; goto idle }
  :: hasFinished -> goto leave
  :: !hasFinished && !hasAsked -> commit(asked); hasAsked = !refused
  :: hasAsked && !hasAnswer && pending == 0 -> goto leave   /* it waits, and holds nothing */
  :: hasAsked && !hasAnswer && pending > 0 -> commit(taken); hasAnswer = !refused
#ifdef NO_INTENT
  :: hasAnswer && !hasSettled -> effects++; commit(outcome); hasSettled = !refused
#else
  :: hasAnswer && !hasDeclared -> commit(declared); hasDeclared = !refused; began = !refused
  :: hasDeclared && !hasSettled && began ->
       /* Nothing stands between the declaration and the effect: it may have been stopped here for hours. */
       effects++;
       began = false;
       commit(outcome);
       hasSettled = !refused
  :: hasDeclared && !hasSettled && !began ->
       /* Somebody else declared it, and nobody knows what came of it. */
#ifdef REPEAT
       effects++;
       commit(outcome);
#else
       commit(unclear);
#endif
       hasSettled = !refused
#endif
  :: hasSettled && !hasFinished && pending > 0 -> commit(taken)
  :: hasSettled && !hasFinished && pending == 0 -> commit(finished); hasFinished = !refused
  fi;
  if
  :: refused -> goto idle
  :: else -> goto work
  fi;

leave:
  atomic {
    if
    :: held && token == mine -> held = false
    :: else
    fi
  }
  goto idle
}

/* The database's clock: a lease may end at any moment, and that of a dead worker ends for certain. */
active proctype clock() {
end_clock:
  do
#ifndef KEPT_BY_THE_DEAD
  :: atomic { held && orphan -> held = false; orphan = false }
#endif
  :: atomic { held && !orphan && expiries < ENDS -> expiries++; held = false }
  od
}

/* Senders do not hear that a signal was accepted, and send it again. The second time it is known by its id. */
active [ANSWERS] proctype sender() {
  byte id = _pid - WORKERS - 1;
  byte round = 0;
  do
  :: round < 2 ->
       atomic {
         isAsked ->
         if
#ifdef FORGETFUL
         :: waiting[0] == id + 1 || waiting[1] == id + 1 -> skip
#else
         :: known[id] -> skip
#endif
         :: else -> known[id] = true; waiting[pending] = id + 1; pending++
         fi;
         round++
       }
  :: else -> break
  od
}

#ifdef ENDING
ltl ends_well { <> isFinished }
#else
ltl holds {
  [] (effects <= 1 && takes[0] <= 1 && takes[1] <= 1 && declarations <= 1 && outcomes <= 1 && ends <= 1)
}
#endif
