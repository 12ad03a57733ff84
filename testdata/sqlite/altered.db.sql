PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE t(a, twice AS (a * 2), thrice AS (a * 3) STORED, n INTEGER DEFAULT -7, r REAL DEFAULT 2, x TEXT DEFAULT 'none');
INSERT INTO "t"("a","n","r","x") VALUES(1,-7,2.0,'none');
INSERT INTO "t"("a","n","r","x") VALUES(2,-7,2.0,NULL);
CREATE TABLE s(a INT, b ANY) STRICT;
INSERT INTO "s" VALUES(1,'1');
COMMIT;
