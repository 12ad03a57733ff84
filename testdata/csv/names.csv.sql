PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "names" ("a" INTEGER, "A_3" INTEGER, "a_2" INTEGER, "column_4" INTEGER, "a_4" INTEGER, "table_name" INTEGER, "a""b" INTEGER, "[x]" INTEGER, "select" INTEGER, "trimmed" INTEGER);
INSERT INTO "names" VALUES(1,2,3,4,5,6,7,8,9,10);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('names.csv',NULL,'f365bccafbeae3a3fa1ea0f4f7456c4665739b6c2d986f39948ec80ce5088de3',71,'csv','utf-8','delimiter=,; header=yes',1,0,NULL);
COMMIT;
