PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "vfp-datetimes" ("HCODE" TEXT, "LCCODE" TEXT, "STDCODE" TEXT, "UP" REAL, "TAG" TEXT, "DATEBEG" TEXT, "DATEEND" TEXT, "ACTIVE" TEXT, "SOURCE" TEXT, "SUCLASS" TEXT, "BG" TEXT);
INSERT INTO "vfp-datetimes" VALUES('43659','6505-003-0001','1033097',350.0,NULL,'2023-05-13T00:00:00','9999-12-31T00:00:00','A','H','SC','03');
INSERT INTO "vfp-datetimes" VALUES('43659','6505-003-0002','690439',560.0,NULL,'2023-05-17T00:00:00','9999-12-31T00:00:00','A','H','SC','03');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('vfp-datetimes.dbf',NULL,'60985a3f483b26448b2e9cf61ed40c5b9da736230b85e64db14ee463179d0c5f',843,'dbf','windows-874',NULL,2,0,NULL);
COMMIT;
