PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "columns" ("name" TEXT, "born" INTEGER, "code");
INSERT INTO "columns" VALUES('Ada',1815,'007');
INSERT INTO "columns" VALUES('Grace',1906,7);
INSERT INTO "columns" VALUES('Alan',1912,NULL);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('columns.json',NULL,'7aff86760946c005c95e1c7421cb2c3c2aecfe23c580c8475bcbc6c346a4eef4',78,'json','utf-8','shape=object of columns',3,0,NULL);
COMMIT;
