PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "invalid_utf8_dba" ("X1");
INSERT INTO "invalid_utf8_dba" VALUES(x'5452454cc3');
INSERT INTO "invalid_utf8_dba" VALUES('hello world');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('invalid_utf8_dba.parquet',NULL,'027d5322fb1b13d0b87fdd4470e31329c6eb7f8f2f767eec494da402dd46aef9',439,'parquet',NULL,'written by=parquet-cpp-arrow version 25.0.1',2,0,'[{"code":"not-utf8","severity":"note","message":"a text that is not UTF-8 stays as it is, as a BLOB","table":"invalid_utf8_dba","column":"X1","count":1}]');
COMMIT;
