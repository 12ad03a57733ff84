#!/bin/sh
# Makes the databases of this folder. Run it in the folder; golden files are written by
#   go test ./converter/sqlite -run TestDocuments -update
set -eu
rm -f ./*.db ./*.db3 ./*.gpkg ./*.sqlite ./*.sqlite3

sqlite3 values.db <<'SQL'
PRAGMA page_size=512;
CREATE TABLE "values"(id INTEGER PRIMARY KEY AUTOINCREMENT, "a ""b""" TEXT DEFAULT 'x', [c d] REAL, `e` BLOB, f);
INSERT INTO "values" VALUES (1, 'it''s', 1, x'00ff', NULL), (2, 'a' || char(0) || 'b', 0.1, x'', 9223372036854775807),
  (5, 'line' || char(10) || 'é𝄞', -1e300, zeroblob(2000), -9223372036854775807 - 1), (9, '', 9e999, NULL, 2.0),
  (10, CAST(x'ff41' AS TEXT), NULL, x'41', '12');
CREATE INDEX by_c ON "values"([c d] DESC, f);
CREATE VIEW recent AS SELECT * FROM "values" WHERE id > 4;
CREATE TRIGGER keep BEFORE DELETE ON "values" BEGIN SELECT RAISE(ABORT, 'no'); END;
CREATE TABLE none(a, b);
ANALYZE;
SQL
sqlite3 wal.sqlite 'PRAGMA page_size=512; PRAGMA journal_mode=WAL; CREATE TABLE t(a); INSERT INTO t VALUES (1), (2);' >/dev/null
sqlite3 norowid.sqlite3 "PRAGMA page_size=512; CREATE TABLE t(a TEXT, b INT, c, PRIMARY KEY(b DESC, a COLLATE NOCASE)) WITHOUT ROWID;
  INSERT INTO t VALUES ('x', 1, 'one'), ('Y', 1, NULL), ('z', 2, 2.5); CREATE UNIQUE INDEX i ON t(c) WHERE c IS NOT NULL;"
sqlite3 utf16.db "PRAGMA page_size=512; PRAGMA encoding='UTF-16be'; CREATE TABLE tä(a, b); INSERT INTO tä VALUES ('é𝄞', 1), ('a' || char(0) || 'b', 'it''s');"
sqlite3 vacuum.db3 "PRAGMA page_size=512; PRAGMA auto_vacuum=INCREMENTAL; CREATE TABLE t(a, b); CREATE INDEX i ON t(a);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40) INSERT INTO t SELECT i, hex(zeroblob(i * 9)) FROM n; DELETE FROM t WHERE a > 12;"
sqlite3 altered.db "PRAGMA page_size=512; CREATE TABLE t(a, twice AS (a * 2), thrice AS (a * 3) STORED); INSERT INTO t VALUES (1);
  ALTER TABLE t ADD COLUMN n INTEGER DEFAULT -7; ALTER TABLE t ADD COLUMN r REAL DEFAULT 2; ALTER TABLE t ADD COLUMN x TEXT DEFAULT 'none';
  INSERT INTO t(a, x) VALUES (2, NULL); CREATE TABLE s(a INT, b ANY) STRICT; INSERT INTO s VALUES (1, '1');"
sqlite3 search.db "PRAGMA page_size=512; CREATE TABLE docs(id INTEGER PRIMARY KEY, body TEXT); INSERT INTO docs VALUES (1, 'one two'), (2, 'three');
  CREATE VIRTUAL TABLE docs_fts USING fts5(body, content=\"docs\"); INSERT INTO docs_fts(docs_fts) VALUES ('rebuild');
  CREATE VIRTUAL TABLE old USING fts4(body); INSERT INTO old VALUES ('four');
  CREATE VIRTUAL TABLE boxes USING rtree(id, x0, x1); INSERT INTO boxes VALUES (1, 2, 3);"
sqlite3 places.gpkg "PRAGMA page_size=512; PRAGMA application_id=0x47504B47; CREATE TABLE places(fid INTEGER PRIMARY KEY, geom POINT, name TEXT);
  INSERT INTO places VALUES (1, x'47500001', 'here'); CREATE VIRTUAL TABLE rtree_places_geom USING rtree(id, minx, maxx, miny, maxy);
  CREATE TRIGGER rtree_places_geom_insert AFTER INSERT ON places WHEN (new.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom)) BEGIN
  INSERT OR REPLACE INTO rtree_places_geom VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)); END;"
# What is refused.
sqlite3 vectors.db "PRAGMA page_size=512; CREATE TABLE t(a); PRAGMA writable_schema=1;
  INSERT INTO sqlite_master VALUES ('table', 'vec_items', 'vec_items', 0, 'CREATE VIRTUAL TABLE vec_items USING vec0(embedding float[4])');"
sqlite3 dropped.db "PRAGMA page_size=512; CREATE TABLE t(a); DROP TABLE t;"
sqlite3 schema.db "PRAGMA page_size=512; CREATE TABLE t(a); PRAGMA writable_schema=1; UPDATE sqlite_master SET sql = 'CREATE TABLE t(a, a)';"
head -c 3000 values.db >cut.db
printf '' >zero.db
printf 'not a database, though it is called one' >text.db
