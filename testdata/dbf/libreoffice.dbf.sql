PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "libreoffice" ("NAME" TEXT, "DAY" TEXT, "AMOUNT" REAL, "SHARE" REAL, "CODE" TEXT, "ACTIVE" INTEGER);
INSERT INTO "libreoffice" VALUES('Zoë','2024-02-29',1234.5,0.125,'00123',1);
INSERT INTO "libreoffice" VALUES('Smith, John','1999-12-31',-7.0,1.0,'4E5',0);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('libreoffice.dbf',NULL,'bcdc37da5d47a925d70f651f17945113170de4fe3dcd92b4d9a54da8265dcd83',300,'dbf','utf-8',NULL,2,0,NULL);
COMMIT;
