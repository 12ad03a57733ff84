PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "libreoffice" ("Name" TEXT, "Joined" TEXT, "Time" TEXT, "Duration" TEXT, "Amount" REAL, "Share" REAL, "Code" TEXT, "Formula" REAL, "Active" INTEGER);
INSERT INTO "libreoffice" VALUES('Zoë','2024-02-29','13:14:15','30:15:00',1234.5,0.125,'00123',0.25,1);
INSERT INTO "libreoffice" VALUES('Smith, John','1900-01-01','00:00:01','00:45:00',-7.0,1.0,'4E5',NULL,0);
INSERT INTO "libreoffice" VALUES(NULL,'2024-12-31',NULL,NULL,1e-07,NULL,NULL,NULL,NULL);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('libreoffice.xls',NULL,'bdacef43c036de5ce737eeb33bd6a48f519222e6e1dddcd38893a58ebd5346f3',6656,'xls',NULL,'sheet libreoffice=header in row 1; skip=0',3,0,'[{"code":"cell-error-div-0","severity":"note","message":"a cell with the error #DIV/0! is NULL","sheet":"libreoffice","count":1,"example":"H3"}]');
COMMIT;
