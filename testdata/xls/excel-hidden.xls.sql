PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "Page 1" ("column_1", "column_2" INTEGER, "column_3" TEXT, "column_4" TEXT, "column_5" TEXT, "column_6" TEXT, "column_7" TEXT, "column_8" TEXT, "column_9" TEXT, "column_10" TEXT, "column_11" TEXT);
INSERT INTO "Page 1" VALUES(1,2,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "Page 1" VALUES('Message Box:',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "Page 1" VALUES('12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'"12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678"');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('excel-hidden.xls',NULL,'8f4b3d2f29837ebbe8610bfefad58db16543fecccfc3f6bee7b50a491853bf50',21504,'xls',NULL,'sheet Page 1=no header; header=no',3,0,'[{"code":"rows-hidden","severity":"note","message":"a hidden row is published like the others","sheet":"Page 1","count":1,"example":"row 2","try":["--skip-hidden"]}]');
COMMIT;
