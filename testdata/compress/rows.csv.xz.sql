PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "rows" ("id" INTEGER, "name" TEXT);
INSERT INTO "rows" VALUES(1,'Zoë');
INSERT INTO "rows" VALUES(2,'a,b');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('rows.csv.xz',NULL,'5e1d6019a51deefe3b109384f2f6d9536454ddd1e170a3762c733085fa778bb2',80,'xz','utf-8','compression=xz; format=csv; delimiter=,; header=yes',2,0,NULL);
COMMIT;
