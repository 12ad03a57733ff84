PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "b" ("n" TEXT, "b" TEXT);
INSERT INTO "b" VALUES('café','München');
INSERT INTO "b" VALUES('x','y');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('latin1.xml',NULL,'0c3412d61c57322e91ebc8a5a33ef66c871ecf2e66c6168e14d5f009eb8d031a',88,'xml','windows-1252','shape=elements of the root: b',2,0,NULL);
COMMIT;
