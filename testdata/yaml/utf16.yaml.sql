PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "utf16" ("name" TEXT);
INSERT INTO "utf16" VALUES('Zoë');
INSERT INTO "utf16" VALUES('漢字');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('utf16.yaml',NULL,'62f2b11735a66fcfe97740ef8a055f8159e40138606f8a9681783b6cda0488d4',48,'yaml','utf-16le','shape=rows',2,0,NULL);
COMMIT;
