PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "values"(id INTEGER PRIMARY KEY AUTOINCREMENT, "a ""b""" TEXT DEFAULT 'x', [c d] REAL, `e` BLOB, f);
INSERT INTO "values" VALUES(1,'it''s',1.0,x'00ff',NULL);
INSERT INTO "values" VALUES(2,CAST(x'610062' AS TEXT),0.1,x'',9223372036854775807);
INSERT INTO "values" VALUES(5,'line
é𝄞',-1e+300,zeroblob(2000),(-9223372036854775807-1));
INSERT INTO "values" VALUES(9,'',9e999,NULL,2.0);
INSERT INTO "values" VALUES(10,CAST(x'ff41' AS TEXT),NULL,x'41','12');
CREATE TABLE none(a, b);
ANALYZE sqlite_master;
INSERT INTO "sqlite_stat1" VALUES('values','by_c','5 1 1');
DELETE FROM sqlite_sequence;
INSERT INTO "sqlite_sequence" VALUES('values',10);
CREATE INDEX by_c ON "values"([c d] DESC, f);
CREATE VIEW recent AS SELECT * FROM "values" WHERE id > 4;
CREATE TRIGGER keep BEFORE DELETE ON "values" BEGIN SELECT RAISE(ABORT, 'no'); END;
COMMIT;
