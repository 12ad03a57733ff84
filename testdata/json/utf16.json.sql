PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "utf16" ("name" TEXT, "n" INTEGER);
INSERT INTO "utf16" VALUES('é€😀',1);
INSERT INTO "utf16" VALUES('x',2);
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('utf16.json',NULL,'12cfa6ee249fff965695c9ac98bf039fb5cff99f497bfcdbf1b090a44dd81031',88,'json','utf-16le','shape=array of objects',2,0,NULL);
COMMIT;
