PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "excel-offset" ("B3" TEXT, "C3" TEXT, "D3" TEXT);
INSERT INTO "excel-offset" VALUES('B4','C4','D4');
INSERT INTO "excel-offset" VALUES('B5','C5','D5');
INSERT INTO "excel-offset" VALUES('B6','C6','D6');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('excel-offset.ods',NULL,'4828b0bdbf7a98d7fee96df8d74b4a5e03757509df1197a26042f54ad54b0c84',9749,'ods',NULL,'sheet Sheet1=header in row 3; skip=2',3,0,NULL);
COMMIT;
