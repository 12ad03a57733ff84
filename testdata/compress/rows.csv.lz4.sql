PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "rows" ("id" INTEGER, "name" TEXT);
INSERT INTO "rows" VALUES(1,'Zoë');
INSERT INTO "rows" VALUES(2,'a,b');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('rows.csv.lz4',NULL,'a1f5689bd387718b0e0afd92f1a69072264fe01408916c649e025b483f6032b8',42,'lz4','utf-8','compression=lz4; format=csv; delimiter=,; header=yes',2,0,NULL);
COMMIT;
