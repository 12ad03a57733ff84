PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "bom" ("a" INTEGER);
INSERT INTO "bom" VALUES(1);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('bom.json',NULL,'77593a8f6bed11f323f52bfc55bd2e9994c6a8d45aba5d13fb9b751c57fb0182',13,'json','utf-8','shape=array of objects',1,0,NULL);
COMMIT;
