PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "no-header" ("column_1" INTEGER, "column_2" TEXT, "column_3" TEXT);
INSERT INTO "no-header" VALUES(1,'2024-01-01','x');
INSERT INTO "no-header" VALUES(2,'2024-01-02','y');
INSERT INTO "no-header" VALUES(3,'2024-01-03','z');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('no-header.csv',NULL,'5d0539d248c0c4567fe13e0a42c6a6d28624f2d0ac96ed0c1f20f34a3d43db76',45,'csv','utf-8','delimiter=,; header=no',3,0,NULL);
COMMIT;
