PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "names" ("column_1" INTEGER, "a" INTEGER, "A_2" INTEGER, "b" INTEGER, "a""b" INTEGER, "[x]" INTEGER, "select" INTEGER, "table_name" INTEGER);
INSERT INTO "names" VALUES(1,2,3,4,5,6,7,8);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('names.json',NULL,'71f846ad97d60dc655c7f36a4fa72d56fc56b131662edb491f793af8df29950a',72,'json','utf-8','shape=array of objects',1,0,NULL);
COMMIT;
