PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "python-foxpro" ("NAME" TEXT, "F" REAL, "NOTE" TEXT, "OLE" BLOB);
INSERT INTO "python-foxpro" VALUES('Ångström',1.5,'memo ä',x'0001ff');
INSERT INTO "python-foxpro" VALUES('b',NULL,'',x'');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('python-foxpro.dbf',NULL,'5bb9833a4f5649d940d3b3578fd8b2db74f3f33b8707a46d75318b6f5ae73507',514,'dbf','windows-1252',NULL,2,0,NULL);
COMMIT;
