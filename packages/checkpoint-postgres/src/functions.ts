/**
 * The functions of version 1: what has to happen in one round trip. They raise `KUP01` with what is wrong as the message and what it is about as
 * JSON in the detail; `as-error.ts` makes errors of it. `given` stands for the server's clock in simulations.
 */
export const functions = `
CREATE FUNCTION keepup_fail(what text, about jsonb) RETURNS void LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'KUP01', MESSAGE = what, DETAIL = about::text;
END $body$;

CREATE FUNCTION keepup_now(given bigint) RETURNS bigint LANGUAGE sql AS $body$
  SELECT coalesce(given, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint)
$body$;

-- Locks the rows of names, in one order for everyone, and makes those that are missing for the names in "wanted".
CREATE FUNCTION keepup_lock(names text[], wanted text[]) RETURNS void LANGUAGE plpgsql AS $body$
BEGIN
  IF cardinality(wanted) > 0 THEN
    INSERT INTO thread (name)
    SELECT DISTINCT w FROM unnest(wanted) AS w WHERE NOT EXISTS (SELECT 1 FROM thread WHERE name = w) ORDER BY w
    ON CONFLICT (name) DO NOTHING;
  END IF;
  PERFORM 1 FROM thread WHERE name = ANY (names) ORDER BY name FOR NO KEY UPDATE;
END $body$;

-- Stores one signal. The thread's row is locked.
CREATE FUNCTION keepup_send(s jsonb, bytes bytea, capacity integer) RETURNS text LANGUAGE plpgsql AS $body$
DECLARE
  target bigint := (SELECT id FROM thread WHERE name = s->>'thread');
BEGIN
  IF target IS NULL THEN
    PERFORM keepup_fail('stale', s);
  END IF;
  IF EXISTS (SELECT 1 FROM signal WHERE thread = target AND id = s->>'id') THEN
    RETURN 'duplicate';
  END IF;
  IF (s->>'bounded')::boolean AND (
    SELECT count(*) FROM (
      SELECT 1 FROM signal WHERE thread = target AND channel = s->>'channel' AND data IS NOT NULL LIMIT capacity
    ) AS crowd
  ) >= capacity THEN
    RETURN 'full';
  END IF;
  INSERT INTO signal (thread, time, id, channel, type, by, labels, data) VALUES (
    target, (s->>'time')::bigint, s->>'id', s->>'channel', s->>'type', s->>'by', s->>'labels',
    substr(bytes, (s->>'from')::integer, (s->>'size')::integer)
  );
  RETURN 'accepted';
END $body$;

CREATE FUNCTION keepup_signal(names text[], signals jsonb, bytes bytea, level text, capacity integer) RETURNS text[]
LANGUAGE plpgsql AS $body$
BEGIN
  IF level IS NOT NULL THEN
    PERFORM set_config('synchronous_commit', level, true);
  END IF;
  PERFORM keepup_lock(names, names);
  RETURN ARRAY(
    SELECT keepup_send(s.value, bytes, capacity) FROM jsonb_array_elements(signals) WITH ORDINALITY AS s ORDER BY s.ordinality
  );
END $body$;

-- Takes one signal, which must be the first of its channel.
CREATE FUNCTION keepup_take(t thread, taken text) RETURNS void LANGUAGE plpgsql AS $body$
DECLARE
  found_channel text := (SELECT channel FROM signal WHERE thread = t.id AND id = taken AND data IS NOT NULL);
  first_id text;
BEGIN
  IF found_channel IS NOT NULL THEN
    SELECT id INTO first_id FROM signal
    WHERE thread = t.id AND channel = found_channel AND data IS NOT NULL ORDER BY position LIMIT 1;
  END IF;
  IF first_id IS DISTINCT FROM taken THEN
    PERFORM keepup_fail('not-the-head', jsonb_build_object('thread', t.name, 'id', taken, 'head', first_id));
  END IF;
  UPDATE signal SET type = NULL, time = NULL, by = NULL, labels = NULL, data = NULL
  WHERE thread = t.id AND id = taken;
END $body$;

-- Whether an append may be made where the thread stands: its lease, its place, its kind.
CREATE FUNCTION keepup_check(t thread, request jsonb, moment bigint) RETURNS void LANGUAGE plpgsql AS $body$
DECLARE
  free boolean := request->>'after' = 'head';
  lease bigint := (request->>'lease')::bigint;
BEGIN
  IF (lease IS NOT NULL OR NOT free) AND NOT coalesce(t.token = lease AND t.expires > moment, false) THEN
    PERFORM keepup_fail('lease-lost', request);
  ELSIF t.id IS NULL OR (free AND t.created IS NULL) THEN
    PERFORM keepup_fail('thread-unknown', request);
  ELSIF free AND NOT t.many THEN
    PERFORM keepup_fail(CASE WHEN lease IS NULL THEN 'lease-lost' ELSE 'head-is-for-many' END, request);
  ELSIF NOT free AND (request->>'after')::bigint <> t.head THEN
    PERFORM keepup_fail('head-moved', request || jsonb_build_object('head', t.head));
  ELSIF request ? 'writers' AND t.created IS NOT NULL THEN
    PERFORM keepup_fail('writers-chosen', request);
  ELSIF (request->>'head')::bigint <> t.head OR encode(t.hash, 'hex') IS DISTINCT FROM request->>'hash' THEN
    -- The entries were sealed for another place.
    PERFORM keepup_fail('stale', request);
  END IF;
END $body$;

-- Notes which artifacts an entry names; none of them can be collected from here on.
CREATE FUNCTION keepup_use(t thread, use jsonb) RETURNS void LANGUAGE plpgsql AS $body$
DECLARE
  named text;
  found bigint;
BEGIN
  FOR named IN SELECT jsonb_array_elements_text(use->2) LOOP
    SELECT id INTO found FROM artifact WHERE hash = decode(named, 'hex') FOR KEY SHARE;
    IF found IS NULL THEN
      PERFORM keepup_fail('artifact-unknown', jsonb_build_object('type', use->>1, 'artifact', named));
    END IF;
    INSERT INTO artifact_use VALUES (found, t.id, (use->>0)::integer) ON CONFLICT DO NOTHING;
  END LOOP;
END $body$;

CREATE FUNCTION keepup_append(request jsonb, bytes bytea, given bigint) RETURNS void LANGUAGE plpgsql AS $body$
DECLARE
  t thread;
  stored integer;
BEGIN
  SELECT * INTO t FROM thread WHERE name = request->>'thread' FOR NO KEY UPDATE;
  PERFORM keepup_check(t, request, keepup_now(given));
  IF request ? 'takes' THEN
    PERFORM keepup_take(t, taken) FROM jsonb_array_elements_text(request->'takes') AS taken;
  END IF;
  IF request ? 'ids' AND EXISTS (
    SELECT 1 FROM entry WHERE thread = t.id AND id IN (SELECT jsonb_array_elements_text(request->'ids'))
  ) THEN
    PERFORM keepup_fail('stale', request);
  END IF;
  INSERT INTO entry (thread, time, sequence, part, cause, checksum, kind, id, rare, label, seal, data)
  SELECT t.id, e.time, e.sequence, e.part, e.cause, e.checksum, e.kind, e.id, e.rare, decode(e.label, 'hex'), decode(e.seal, 'hex'),
    substr(bytes, e."from", e.size)
  FROM jsonb_to_recordset(request->'entries') AS e(
    time bigint, sequence integer, part integer, cause integer, checksum integer, kind text, id text, rare text, label text, seal text,
    "from" integer, size integer
  );
  GET DIAGNOSTICS stored = ROW_COUNT;
  IF stored = 0 THEN
    RETURN;
  END IF;
  IF request ? 'rewinds' THEN
    INSERT INTO rewind SELECT t.id, (r->>0)::integer, (r->>1)::integer FROM jsonb_array_elements(request->'rewinds') AS r;
  END IF;
  IF request ? 'uses' THEN
    PERFORM keepup_use(t, u) FROM jsonb_array_elements(request->'uses') AS u;
  END IF;
  UPDATE thread SET
    head = t.head + stored,
    hash = decode(request->>'newHash', 'hex'),
    many = CASE WHEN request ? 'writers' THEN request->>'writers' = 'many' ELSE t.many END,
    created = coalesce(t.created, (request->>'created')::bigint),
    due = CASE WHEN request ? 'aside' THEN least(t.due, (request->>'due')::bigint) ELSE (request->>'due')::bigint END,
    -- Only where it is not the one that changed last already, so that the row need not move in the index.
    changed = CASE WHEN t.changed = (SELECT max(changed) FROM thread) THEN t.changed ELSE nextval('last_change') END
  WHERE id = t.id;
END $body$;

CREATE FUNCTION keepup_commit(names text[], batch jsonb, bytes bytea, level text, capacity integer, given bigint) RETURNS void
LANGUAGE plpgsql AS $body$
DECLARE
  appends jsonb := batch->'appends';
  request jsonb;
BEGIN
  IF level IS NOT NULL THEN
    PERFORM set_config('synchronous_commit', level, true);
  END IF;
  -- A single append locks the one row itself.
  IF batch ? 'signals' THEN
    PERFORM keepup_lock(names, ARRAY(SELECT s->>'thread' FROM jsonb_array_elements(batch->'signals') AS s));
  ELSIF cardinality(names) > 1 THEN
    PERFORM keepup_lock(names, NULL);
  END IF;
  FOR index IN 0..jsonb_array_length(appends) - 1 LOOP
    PERFORM keepup_append(appends->index, bytes, given);
  END LOOP;
  IF batch ? 'dry' THEN
    PERFORM keepup_fail('dry', 'null');
  END IF;
  IF batch ? 'signals' THEN
    FOR request IN SELECT jsonb_array_elements(batch->'signals') LOOP
      IF keepup_send(request, bytes, capacity) = 'full' THEN
        PERFORM keepup_fail('channel-full', request);
      END IF;
    END LOOP;
  END IF;
END $body$;

-- Gives a thread's lease to an owner, with the next token; or tells who holds it. "dead" is the token of a holder that is known to be dead.
CREATE FUNCTION keepup_lease(
  wanted text, asking text, ttl double precision, dead bigint, given bigint,
  OUT token bigint, OUT owner text, OUT expires bigint, OUT head integer, OUT hash bytea, OUT many boolean
) LANGUAGE plpgsql AS $body$
DECLARE
  t thread;
  moment bigint;
BEGIN
  PERFORM keepup_lock(ARRAY[wanted], ARRAY[wanted]);
  SELECT * INTO t FROM thread WHERE name = wanted;
  IF t.id IS NULL THEN
    PERFORM keepup_fail('stale', to_jsonb(wanted));
  END IF;
  moment := keepup_now(given);
  IF t.token IS NULL OR t.owner = asking OR t.expires <= moment OR t.token = dead THEN
    t.token := nextval('last_token');
    t.owner := asking;
    t.expires := moment + ttl;
    UPDATE thread SET token = t.token, owner = t.owner, expires = t.expires WHERE id = t.id;
  END IF;
  token := t.token;
  owner := t.owner;
  expires := t.expires;
  head := t.head;
  hash := t.hash;
  many := t.many;
END $body$;

-- Makes a thread whose past is another's. "line" is what the caller took the past to be: ids and bases from the thread to its oldest origin.
CREATE FUNCTION keepup_fork(source text, source_at integer, line jsonb, source_hash text, target text, given bigint) RETURNS void
LANGUAGE plpgsql AS $body$
DECLARE
  t thread;
BEGIN
  PERFORM keepup_lock(ARRAY[source, target], ARRAY[target]);
  IF EXISTS (
    SELECT 1 FROM jsonb_array_elements(line) AS l LEFT JOIN thread ON thread.id = (l->>0)::bigint
    WHERE thread.id IS NULL OR thread.base IS DISTINCT FROM (l->>1)::integer
  ) THEN
    PERFORM keepup_fail('stale', line);
  END IF;
  SELECT * INTO t FROM thread WHERE name = target;
  IF t.created IS NOT NULL THEN
    PERFORM keepup_fail('fork-exists', to_jsonb(target));
  END IF;
  UPDATE thread SET
    created = keepup_now(given),
    many = (SELECT many FROM thread WHERE name = source),
    origin = (line->0->>0)::bigint,
    origin_at = source_at,
    head = source_at,
    hash = decode(source_hash, 'hex'),
    changed = nextval('last_change')
  WHERE id = t.id;
END $body$;
`
