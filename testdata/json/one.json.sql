PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "one" ("name" TEXT, "tags" TEXT, "nested" TEXT);
INSERT INTO "one" VALUES('dynasette','["a","b"]','{"a":{"b":1}}');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('one.json',NULL,'355aa3b3a7c89b8c3ff24d01c5e386c0516dca884da37662ee2fea3a8a24546b',61,'json','utf-8','shape=one object',1,0,NULL);
COMMIT;
