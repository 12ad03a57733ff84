PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "arrays" ("NAME" TEXT, "POP" TEXT, "state" TEXT);
INSERT INTO "arrays" VALUES('Alabama','4903185','01');
INSERT INTO "arrays" VALUES('Alaska','731545','02');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('arrays.json',NULL,'7e70528f82f2dd7a8de2d25a3fa792439f27f6b88ce4ff06d7f8e1cb6c193da4',77,'json','utf-8','shape=array of arrays; header=NAME, POP, state',2,0,NULL);
COMMIT;
