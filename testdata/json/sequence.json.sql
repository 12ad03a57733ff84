PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "sequence" ("a" INTEGER);
INSERT INTO "sequence" VALUES(1);
INSERT INTO "sequence" VALUES(2);
INSERT INTO "sequence" VALUES(3);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('sequence.json',NULL,'e2ff07acaae63e716b664fd63c7c566dbb808ffae8ae51722236239fcee2770b',32,'json','utf-8','shape=objects, one a line (NDJSON)',3,0,NULL);
COMMIT;
