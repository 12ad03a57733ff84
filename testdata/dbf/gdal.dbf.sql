PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "gdal" ("name" TEXT, "day" TEXT, "n" INTEGER, "r" REAL, "big" INTEGER, "long" REAL);
INSERT INTO "gdal" VALUES('Zoë','2024-02-29',1,1.5,1234567890123456,0.1);
INSERT INTO "gdal" VALUES('日本',NULL,NULL,-1.2345671e+06,9007199254740993,1.234567123456789e+06);
INSERT INTO "gdal" VALUES(NULL,'1999-12-31',-5,1e+20,1,-1e-06);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('gdal.dbf',NULL,'80fc9660a2691a1c48389df6676ed73f9296882b6cb5352da9c5bbf82e2f0a31',718,'dbf','utf-8',NULL,3,0,'[{"code":"number-asterisks","severity":"note","message":"asterisks, which stand for no number, or for one that did not fit into its field, are NULL","table":"gdal","column":"n","row":2,"count":1,"example":"*********"}]');
COMMIT;
