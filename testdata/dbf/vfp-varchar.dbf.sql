PRAGMA foreign_keys=OFF;
BEGIN;
CREATE TABLE "vfp-varchar" ("NAME" TEXT);
INSERT INTO "vfp-varchar" VALUES('Bad Meets Evil');
CREATE TABLE "_dynasette_sources" ("name" TEXT, "generation" TEXT, "sha256" TEXT, "size" INTEGER, "format" TEXT, "encoding" TEXT, "dialect" TEXT, "rows" INTEGER, "rejects" INTEGER, "findings" TEXT, "rules" INTEGER);
INSERT INTO "_dynasette_sources"("name","generation","sha256","size","format","encoding","dialect","rows","rejects","findings") VALUES('vfp-varchar.dbf',NULL,'e0d1a1b1b7475a7ec73b5229c8d1c72f20a17cfc6c1d74ec073d59bdae0afbf9',613,'dbf','windows-1252',NULL,1,0,NULL);
COMMIT;
