PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "excel-1904" ("column_1" TEXT, "column_2" TEXT);
INSERT INTO "excel-1904" VALUES('2000-01-01','2000-01-01');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('excel-1904.xls',NULL,'b83c02ab96f07c1ae86a1fbf7df6c24101db5e11fd27a9efbc9711a9b77ca079',6144,'xls',NULL,'sheet Sheet2=left out; sheet Sheet3=left out; sheet Sheet1=no header; header=no',1,0,NULL);
COMMIT;
