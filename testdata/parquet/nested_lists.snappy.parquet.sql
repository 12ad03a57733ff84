PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "nested_lists.snappy" ("a" TEXT, "b" INTEGER);
INSERT INTO "nested_lists.snappy" VALUES('[[["a","b"],["c"]],[null,["d"]]]',1);
INSERT INTO "nested_lists.snappy" VALUES('[[["a","b"],["c","d"]],[null,["e"]]]',1);
INSERT INTO "nested_lists.snappy" VALUES('[[["a","b"],["c","d"],["e"]],[null,["f"]]]',1);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('nested_lists.snappy.parquet',NULL,'2cb2cc0564486a28550429a8b6d0907bbb41e138546797bc91a4ebd850edd5a5',881,'parquet',NULL,'written by=parquet-mr version 1.8.2 (build c6522788629e590a53eb79874b95f6c3ff11f16c)',3,0,NULL);
COMMIT;
