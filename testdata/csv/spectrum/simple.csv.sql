PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "simple" ("a" INTEGER, "b" INTEGER, "c" INTEGER);
INSERT INTO "simple" VALUES(1,2,3);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('spectrum/simple.csv',NULL,'9284ed4fd7fe1346904656f329db6cc49c0e7ae5b8279bff37f96bc6eb59baad',12,'csv','utf-8','delimiter=,; header=yes',1,0,NULL);
COMMIT;
