-- A database as keepup 0.1.0 writes it. Never change this file once 0.1.0 is out: it stands for those that people have.
PRAGMA foreign_keys = OFF;
BEGIN;
CREATE TABLE keepup_migration (
  owner TEXT PRIMARY KEY, version INTEGER NOT NULL, release TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE thread (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  many INTEGER NOT NULL DEFAULT 0,
  created INTEGER,
  changed INTEGER,
  due INTEGER,
  base INTEGER,
  origin INTEGER REFERENCES thread,
  origin_at INTEGER,
  erasures INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE entry (
  place INTEGER PRIMARY KEY,
  part INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  time INTEGER NOT NULL,
  cause INTEGER,
  label INTEGER,
  rare TEXT,
  id TEXT,
  checksum INTEGER NOT NULL,
  seal BLOB NOT NULL,
  data TEXT
) STRICT;
CREATE TABLE rewind (
  thread INTEGER NOT NULL REFERENCES thread ON DELETE CASCADE,
  sequence INTEGER NOT NULL,
  target INTEGER NOT NULL,
  PRIMARY KEY (thread, sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE kind (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE label (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE lease (
  thread INTEGER PRIMARY KEY REFERENCES thread ON DELETE CASCADE,
  token INTEGER NOT NULL,
  owner TEXT NOT NULL,
  expires INTEGER NOT NULL
) STRICT;
CREATE TABLE last_token (token INTEGER NOT NULL) STRICT;
CREATE TABLE signal (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  thread INTEGER NOT NULL REFERENCES thread ON DELETE CASCADE,
  id TEXT NOT NULL,
  channel TEXT NOT NULL,
  type TEXT,
  time INTEGER,
  by TEXT,
  labels TEXT,
  data BLOB,
  UNIQUE (thread, id)
) STRICT;
CREATE TABLE snapshot (
  id INTEGER PRIMARY KEY,
  thread INTEGER NOT NULL REFERENCES thread ON DELETE CASCADE,
  fold TEXT NOT NULL,
  at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  UNIQUE (thread, fold, at, version)
) STRICT;
CREATE TABLE artifact (
  id INTEGER PRIMARY KEY,
  hash BLOB UNIQUE,
  size INTEGER NOT NULL,
  media_type TEXT NOT NULL,
  label INTEGER NOT NULL,
  put INTEGER NOT NULL,
  writer TEXT
) STRICT;
CREATE TABLE artifact_chunk (place INTEGER PRIMARY KEY, digest BLOB NOT NULL, bytes BLOB NOT NULL) STRICT;
CREATE TABLE artifact_use (
  artifact INTEGER NOT NULL,
  place INTEGER NOT NULL,
  PRIMARY KEY (artifact, place)
) STRICT, WITHOUT ROWID;
INSERT INTO keepup_migration (owner, version, release) VALUES ('checkpoint', 2, '0.1.0');
INSERT INTO thread (id, name, many, created, changed, due, base, origin, origin_at) VALUES (1, 'main', 0, 1700000000000, 1, 1700000005000, NULL, NULL, NULL);
INSERT INTO thread (id, name, many, created, changed, due, base, origin, origin_at) VALUES (2, 'fork', 0, 1700000000000, 2, NULL, NULL, 1, 5);
INSERT INTO thread (id, name, many, created, changed, due, base, origin, origin_at) VALUES (3, 'many', 1, 1700000000000, 3, NULL, NULL, NULL, NULL);
INSERT INTO thread (id, name, many, created, changed, due, base, origin, origin_at) VALUES (4, 'pruned', 0, 1700000000000, 4, NULL, 2, NULL, NULL);
INSERT INTO entry (place, part, kind, time, cause, label, rare, id, checksum, seal, data) VALUES (4294967297, 0, 1, 1700000000000, NULL, NULL, '{"labels":[1,[["/exact",2]]]}', NULL, 3967460030, X'A8A4E697FF8CA14BF96D897282E280B095B6AEC670A2C83EFE17B17AE2FD51D500000000000000000000000000000001', '{"exact":[{"$date":0},{"$bigint":"5"},{"$undefined":true}]}');
INSERT INTO entry (place, part, kind, time, cause, label, rare, id, checksum, seal, data) VALUES (4294967298, 1, 2, 1700000000000, NULL, NULL, '{"cause":"taken","scope":"node","until":1700000009000,"artifacts":["326086a5d542fbb3f783c4d9182b3188caecd714d02d6c10cbdea982e2bfc409"]}', NULL, 1395632701, X'7981ECBD43F02062FF4105FEE6DEA8867B78B08A374E9B63633B77520D53425A00000000000000000000000000000002', '"with much"');
INSERT INTO entry (place, part, kind, time, cause, label, rare, id, checksum, seal, data) VALUES (4294967299, 0, 1, 1700000000000, NULL, NULL, NULL, NULL, 1104609619, X'E184595B423EFCF69EBCBB9DF9169AB56E2D50E91ACED0738AC044CA8E88902400000000000000000000000000000003', '"three"');
INSERT INTO entry (place, part, kind, time, cause, label, rare, id, checksum, seal, data) VALUES (4294967300, 0, 1, 1700000000000, NULL, NULL, NULL, NULL, 3158952770, X'3C184B5A8BDFAA68E94ACE3EA7E95DFC39DABCD8274B1BAEB7519505DDC976A978110DF4BFE2BAA6243BEBC077C7C7A53AC572674D19003C1CF61A9B4D90E600', NULL);
INSERT INTO entry (place, part, kind, time, cause, label, rare, id, checksum, seal, data) VALUES (4294967301, 0, 1, 1700000000000, NULL, NULL, NULL, NULL, 3241916164, X'B051C3C341614DAB2F6382E00FFF54F4779752B7373365B2F9186706D2010E3D00000000000000000000000000000005', '"five"');
INSERT INTO entry (place, part, kind, time, cause, label, rare, id, checksum, seal, data) VALUES (4294967302, 0, 3, 1700000000000, NULL, NULL, NULL, NULL, 3438063198, X'FF573AEAB8DCC11D83CEB5EEE68A455518E54190640AC63F0962A16B671F7A2600000000000000000000000000000006', '{"to":3}');
INSERT INTO entry (place, part, kind, time, cause, label, rare, id, checksum, seal, data) VALUES (4294967303, 1, 1, 1700000000000, 6, 1, '{"until":1700000005000}', NULL, 1526841931, X'7D76865666C51EF656939CBA8A347B49F36741A5913322117670916CD0AD1CD600000000000000000000000000000007', '"seven"');
INSERT INTO entry (place, part, kind, time, cause, label, rare, id, checksum, seal, data) VALUES (8589934598, 0, 1, 1700000000000, NULL, NULL, NULL, NULL, 1816702621, X'49EA4DF5953ADE3ADAB043F8597334CC6930C4CD8683E30442D4723CE6B1AE8C00000000000000000000000000000008', '"own six"');
INSERT INTO entry (place, part, kind, time, cause, label, rare, id, checksum, seal, data) VALUES (12884901889, 0, 1, 1700000000000, NULL, NULL, '{"id":"fact-1"}', 'fact-1', 1126898799, X'9FAC94815B37DD6C6D80690CAA06DA3F5B1D5D2BC28BBD4FEEAFAE58BB09E4F600000000000000000000000000000009', '"fact"');
INSERT INTO entry (place, part, kind, time, cause, label, rare, id, checksum, seal, data) VALUES (17179869186, 0, 4, 1700000000000, NULL, NULL, NULL, NULL, 3470206560, X'4EAD5CFD3F04DEB4FA22DEECAE42899CDAE134A19EAB090C64515618FEE4702D0000000000000000000000000000000D', '{"fold":{"id":"told","version":1},"state":["a","b"],"replaced":"dafda6378477a47f5b34720547c61dfe466185aa27b9dab78bea9a174d8fe1e6"}');
INSERT INTO entry (place, part, kind, time, cause, label, rare, id, checksum, seal, data) VALUES (17179869187, 0, 1, 1700000000000, NULL, NULL, NULL, NULL, 3866264550, X'686F2E483376103A12E808A52A9EB49F7D64BE7588576E2491D0814A8C67D72D0000000000000000000000000000000C', '"c"');
INSERT INTO rewind (thread, sequence, target) VALUES (1, 6, 3);
INSERT INTO kind (id, text) VALUES (1, 'note-taken 1 - user');
INSERT INTO kind (id, text) VALUES (2, 'note-taken 1 critical user');
INSERT INTO kind (id, text) VALUES (3, 'thread-rewound 1 critical user');
INSERT INTO kind (id, text) VALUES (4, 'thread-pruned 1 critical runtime');
INSERT INTO label (id, text) VALUES (1, '["trusted",[],"anyone",false]');
INSERT INTO label (id, text) VALUES (2, '["structured",["tool:read"],["user"],true]');
INSERT INTO lease (thread, token, owner, expires) VALUES (1, 3, '["test.invalid","boot",1,"1","test"]', 1700000600000);
INSERT INTO lease (thread, token, owner, expires) VALUES (2, 4, '["test.invalid","boot",1,"1","test"]', 1700000600000);
INSERT INTO lease (thread, token, owner, expires) VALUES (3, 5, '["test.invalid","boot",1,"1","test"]', 1700000600000);
INSERT INTO lease (thread, token, owner, expires) VALUES (4, 7, '["test.invalid","boot",1,"1","test"]', 1700000600000);
INSERT INTO last_token (token) VALUES (7);
INSERT INTO signal (position, thread, id, channel, type, time, by, labels, data) VALUES (1, 1, 'taken', 'control', NULL, NULL, NULL, NULL, NULL);
INSERT INTO signal (position, thread, id, channel, type, time, by, labels, data) VALUES (2, 1, 'waiting', 'control', 'tag', 1700000000000, 'user', NULL, X'7B226964223A2277616974696E67227D');
INSERT INTO snapshot (id, thread, fold, at, version, bytes) VALUES (1, 1, 'told', 3, 2, X'5B315D');
INSERT INTO artifact (id, hash, size, media_type, label, put, writer) VALUES (1, X'326086A5D542FBB3F783C4D9182B3188CAECD714D02D6C10CBDEA982E2BFC409', 11, 'text/plain', 1, 1700000000000, NULL);
INSERT INTO artifact_chunk (place, digest, bytes) VALUES (16777216, X'326086A5D542FBB3F783C4D9182B3188CAECD714D02D6C10CBDEA982E2BFC409', X'616E206172746966616374');
INSERT INTO artifact_use (artifact, place) VALUES (1, 4294967298);
CREATE UNIQUE INDEX thread_changed ON thread (changed) WHERE changed IS NOT NULL;
CREATE INDEX thread_due ON thread (due) WHERE due IS NOT NULL;
CREATE INDEX thread_origin ON thread (origin) WHERE origin IS NOT NULL;
CREATE UNIQUE INDEX entry_id ON entry (place >> 32, id) WHERE id IS NOT NULL;
CREATE INDEX signal_waiting ON signal (thread, channel, position) WHERE data IS NOT NULL;
CREATE INDEX artifact_use_place ON artifact_use (place);
COMMIT;
PRAGMA foreign_keys = ON;
