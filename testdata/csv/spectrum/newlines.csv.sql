PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "newlines" ("a" TEXT, "b" INTEGER, "c" INTEGER);
INSERT INTO "newlines" VALUES('1',2,3);
INSERT INTO "newlines" VALUES('Once upon 
a time',5,6);
INSERT INTO "newlines" VALUES('7',8,9);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('spectrum/newlines.csv',NULL,'7d05c17ec14367b2cf0dc4777861b575b6ccc2a1d5145194f2dba4a1b8d9056f',42,'csv','utf-8','delimiter=,; header=yes',3,0,NULL);
COMMIT;
